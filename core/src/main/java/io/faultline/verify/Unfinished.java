package io.faultline.verify;

/** Makes the problem of an expectation that was begun and came to no verdict. Pure, but for the stack that it keeps. */
final class Unfinished {

    private final Throwable begun;

    /** @param what in words: {@code "during(…)"} */
    Unfinished(String what) {
        this.begun = new Throwable(what + " was begun here");
    }

    /** It lacks something, in a sentence that tells what to add. */
    IllegalStateException lacking(String what) {
        return new IllegalStateException(what, begun);
    }

    /** It is being waited for by a thread that goes on though the test is over. */
    IllegalStateException waiting(String what, Thread thread) {
        IllegalStateException problem = new IllegalStateException(
                what + " was still waited for in thread \"" + thread.getName()
                        + "\" when the test ended, so there is no verdict. Let the test wait for that thread.",
                begun);
        Throwable there = new Throwable("Thread \"" + thread.getName() + "\" was here");
        there.setStackTrace(thread.getStackTrace());
        problem.addSuppressed(there);
        return problem;
    }
}
