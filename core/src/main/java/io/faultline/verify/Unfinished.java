package io.faultline.verify;

import java.util.Optional;

/** Makes the problem of an expectation that was begun and came to no verdict. Pure, but for the stack that it keeps. */
public final class Unfinished {

    private final Throwable begun;

    /** @param what in words: {@code "during(…)"} */
    public Unfinished(String what) {
        this.begun = new Throwable(what + " was begun here");
    }

    /** It lacks something, in a sentence that tells what to add. */
    public IllegalStateException lacking(String what) {
        return new IllegalStateException(what, begun);
    }

    /**
     * It is being waited for by a thread that goes on though the test is over.
     *
     * @param look where a look at it stands, if one is under way
     */
    public IllegalStateException waiting(String what, Thread thread, Optional<StackTraceElement[]> look) {
        IllegalStateException problem = new IllegalStateException(
                what + " was still waited for in thread \"" + thread.getName()
                        + "\" when the test ended, so there is no verdict. Let the test wait for that thread.",
                begun);
        problem.addSuppressed(at("Thread \"" + thread.getName() + "\" was here", thread.getStackTrace()));
        look.ifPresent(stack -> problem.addSuppressed(at("The look that was under way was here", stack)));
        return problem;
    }

    private static Throwable at(String what, StackTraceElement[] stack) {
        Throwable there = new Throwable(what);
        there.setStackTrace(stack);
        return there;
    }
}
