package io.faultline.observe;

/** Looks at something once when it is asked to. Asked by one thread at a time. */
@FunctionalInterface
public interface Observer {

    /**
     * Looks once.
     *
     * @throws InterruptedException if the thread is interrupted
     * @throws RuntimeException if it cannot be told what is there, whatever the state of what is looked at is: this ends
     *     the experiment as inconclusive
     */
    Observation observe() throws InterruptedException;

    /** There will be no further look in this row. */
    default void left(Observation last) {}
}
