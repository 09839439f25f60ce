package io.faultline.observe;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A client's own word that it noticed: hand {@link #noticed(Throwable)} to its error callback. Keeps the instant of the
 * first call since it was armed. Thread-safe.
 */
public final class Detector {

    private final AtomicReference<Optional<Detection>> first = new AtomicReference<>(Optional.empty());

    /** The client noticed now, by this failure. */
    public void noticed(Throwable failure) {
        record(Optional.of(FailureClass.of(failure)));
    }

    /** The client noticed now. */
    public void noticed() {
        record(Optional.empty());
    }

    private void record(Optional<FailureClass> failure) {
        long now = System.nanoTime();
        first.compareAndSet(Optional.empty(), Optional.of(Detection.pushed(now, failure)));
    }

    /** Forgets what was noticed before: only what comes from now on counts. */
    public void arm() {
        first.set(Optional.empty());
    }

    /** What was noticed first since it was armed. */
    public Optional<Detection> detection() {
        return first.get();
    }

    /** True once it noticed. */
    public Condition asCondition() {
        return () -> detection().isPresent();
    }
}
