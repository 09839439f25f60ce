package io.faultline.inject;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When an injection began, was in force and was healed, as {@link System#nanoTime()}; and the waits for that. Written by the
 * thread that changes the injection, read by any.
 */
final class InjectionTimes {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long beganNanos;
    private volatile List<Long> inForceNanos;
    private volatile long healedNanos;

    /** @param inForceNanos of each effect: when it was in force, or was prepared if it is not yet */
    InjectionTimes(long beganNanos, List<Long> inForceNanos) {
        this.beganNanos = beganNanos;
        this.inForceNanos = inForceNanos;
    }

    long beganNanos() {
        return beganNanos;
    }

    /** One for each effect. */
    List<Long> eachInForceNanos() {
        return inForceNanos;
    }

    /** Of the effect that took longest. */
    long inForceNanos() {
        return Collections.max(inForceNanos);
    }

    /** 0 while it is open. */
    long healedNanos() {
        return healedNanos;
    }

    /** It was prepared, and all its effects are in force now for the first time. */
    void inForceLater(long began, long inForce) {
        beganNanos = began;
        inForceNanos = Collections.nCopies(inForceNanos.size(), inForce);
    }

    /** Lets those go on that wait until it is in force. */
    void begin() {
        begun.countDown();
    }

    void heal(long nanos) {
        healedNanos = nanos;
        over.countDown();
        begun.countDown();
    }

    void awaitInForce() throws InterruptedException {
        begun.await();
    }

    boolean isHealedBy(long nanos) {
        try {
            return over.await(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true; // nobody has this thread; an interrupt asks it to end
        }
    }
}
