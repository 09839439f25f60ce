package io.faultline.shutdown;

/** Work that a container has begun when it is told to stop, and that it is expected to finish. For one use. */
abstract class Work {

    /**
     * Begins it, if it is ours to begin.
     *
     * @throws InterruptedException if interrupted meanwhile
     */
    abstract void begin() throws InterruptedException;

    /**
     * The container has been told to stop a moment ago: what was under way then counts.
     *
     * @param nanos when it was, as {@link System#nanoTime()}
     */
    abstract void signalled(long nanos);

    /** What has become of it, once the container has ended; ends what is ours. */
    abstract Tally end() throws InterruptedException;
}
