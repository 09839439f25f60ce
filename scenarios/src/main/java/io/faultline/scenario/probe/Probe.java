package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.time.Duration;

/** A read-only look at one thing of a running system. Immutable, so one can be looked through again and again. */
public interface Probe {

    /** Whom it looks at. */
    String role();

    /**
     * Looks once, without trying again.
     *
     * @param within how long it may take; it takes hardly longer, even if the system or the engine does not answer
     * @throws ProbeException if it cannot tell, and could not whatever the system's state was
     * @throws io.faultline.scenario.UnboundRoleException if nobody plays its role
     */
    Observation look(RunningSystem system, Duration within) throws InterruptedException;

    /**
     * This probe, with only what happens from now on counting. The same for one that looks at the present anyway.
     *
     * @throws ProbeException if what there is already cannot be found out
     */
    default Probe armed(RunningSystem system) throws InterruptedException {
        return this;
    }
}
