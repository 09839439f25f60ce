package io.faultline.scenario.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a thread come to a good end when the JVM is told to stop (Ctrl-C, SIGTERM): interrupts it and holds the JVM until
 * this is closed, which that thread does last. The exit code stays the signal's.
 */
final class ShutdownGuard implements AutoCloseable {

    /** Long enough to heal and to stop a container on a busy machine; what stops services often waits 30 s or 90 s. */
    private static final Duration LIMIT = Duration.ofSeconds(25);

    private final Thread guarded = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "faultline-interrupt");
    private final PrintWriter err;
    private volatile boolean happened;

    /** Guards the caller's thread from now on. */
    ShutdownGuard(PrintWriter err) {
        this.err = err;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the JVM was told to stop. */
    boolean happened() {
        return happened;
    }

    private void stop() {
        happened = true;
        err.println("faultline: interrupted; healing and cleaning up");
        guarded.interrupt();
        try {
            if (!ended.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                err.println("faultline: not done with cleaning up within " + LIMIT.toSeconds()
                        + " s. Faults end with this process all the same; 'faultline heal' removes the rest.");
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts a hook; the JVM ends either way
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            return; // the hook is what waits for us
        }
    }
}
