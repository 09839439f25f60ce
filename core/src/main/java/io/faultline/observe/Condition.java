package io.faultline.observe;

import java.time.Duration;
import java.util.Optional;

/**
 * Something that is true or not at the moment of a look, as {@code worker::isDisconnected}. Looked at from a thread of
 * Faultline's own, one look at a time. One that does not return in time is interrupted and then left alone.
 */
@FunctionalInterface
public interface Condition {

    /**
     * Looks once.
     *
     * @throws Exception if it is not true yet; its message is what was seen last
     */
    boolean holds() throws Exception;

    /** Something that is done and may fail. */
    @FunctionalInterface
    interface Action {

        /** Does it once. */
        void run() throws Exception;
    }

    /** True once this succeeds: {@code untilNoException(() -> assertThat(orders.count()).isEqualTo(3))}. */
    static Condition untilNoException(Action action) {
        return () -> {
            action.run();
            return true;
        };
    }

    /** True once this fails with such an exception, whose failure is classed as the client's own word. */
    static Condition expectThrows(Class<? extends Throwable> type, Action action) {
        return new ThrowingCondition(type, action);
    }

    /** As something that can be looked at again and again. */
    default Observer asObserver() {
        return () -> {
            long began = System.nanoTime();
            try {
                boolean holds = holds();
                return new Observation(holds, Boolean.toString(holds), since(began));
            } catch (InterruptedException e) {
                throw e;
            } catch (ThrowingCondition.Thrown e) {
                return new Observation(
                        true, describe(e.failure()), since(began), Optional.of(FailureClass.of(e.failure())));
            } catch (Exception | AssertionError e) {
                return new Observation(false, describe(e), since(began));
            }
        };
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static String describe(Throwable e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return e.getClass().getSimpleName() + (message.isBlank() ? "" : ": " + message);
    }
}
