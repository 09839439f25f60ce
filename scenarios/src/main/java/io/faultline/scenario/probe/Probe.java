package io.faultline.scenario.probe;

import io.faultline.scenario.RunningSystem;
import java.time.Duration;

/** A read-only look at a running system. Immutable; may be taken by several threads. */
public interface Probe {

    /** Whom it looks at. */
    String role();

    /** How long one look may take. */
    Duration within();

    /**
     * Takes one look. A system that does not answer is something that was seen, and no error; it never takes much longer than
     * {@link #within}, whatever the system or its engine does.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    Observation look(RunningSystem system) throws InterruptedException;
}
