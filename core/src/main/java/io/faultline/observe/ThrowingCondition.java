package io.faultline.observe;

/** Holds once an action fails with an exception of a type. */
record ThrowingCondition(Class<? extends Throwable> type, Condition.Action action) implements Condition {

    /** The action failed as was looked for. */
    static final class Thrown extends Exception {

        private static final long serialVersionUID = 1L;

        private final Throwable failure;

        Thrown(Throwable failure) {
            super(failure);
            this.failure = failure;
        }

        Throwable failure() {
            return failure;
        }
    }

    @Override
    public boolean holds() throws Exception {
        try {
            action.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            if (type.isInstance(e)) {
                throw new Thrown(e);
            }
            throw e;
        }
        throw new IllegalStateException("nothing was thrown");
    }
}
