package io.faultline.observe;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at a condition at a fixed rate until it holds or a limit passes. Runs on the caller's thread and obeys its
 * interruption. Looks follow a schedule, not the end of the look before; those that a slow look has missed are left out.
 */
public final class Watch {

    /** How far apart looks are unless asked otherwise: as exact as a pull can usefully be. */
    public static final Duration PERIOD = Duration.ofMillis(5);

    private Watch() {}

    /**
     * Waits until it holds.
     *
     * @param sinceNanos a moment at which it certainly did not hold yet
     * @return when it was first seen to hold, or empty if it did not until the limit
     * @throws InterruptedException if the thread is interrupted; the interrupt status is cleared
     * @throws LookFailedException if the condition could not be looked at
     */
    public static Optional<Detection> until(Condition condition, long sinceNanos, long limitNanos)
            throws InterruptedException {
        long lastBefore = sinceNanos;
        long next = System.nanoTime();
        while (true) {
            requireNotInterrupted();
            long looked = System.nanoTime();
            if (look(condition)) {
                return Optional.of(new Detection(lastBefore, System.nanoTime(), Optional.empty()));
            }
            lastBefore = looked;
            next += PERIOD.toNanos();
            long now = System.nanoTime();
            next = next - now < 0 ? now : next; // else the limit would be measured in looks, not in time
            if (next - limitNanos > 0) {
                return Optional.empty();
            }
            pauseUntil(next);
        }
    }

    private static boolean look(Condition condition) throws InterruptedException {
        try {
            return condition.holds();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            throw new LookFailedException("The condition could not be looked at: " + e, e);
        }
    }

    private static void pauseUntil(long nanos) throws InterruptedException {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            requireNotInterrupted();
            LockSupport.parkNanos(left);
        }
    }

    private static void requireNotInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while waiting for a condition");
        }
    }

    /** A condition threw instead of saying yes or no. */
    public static final class LookFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LookFailedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
