package io.faultline.scenario.model;

import io.faultline.scenario.probe.Probe;
import java.time.Duration;

/**
 * A look that a scenario takes.
 *
 * @param name what its steps and the reports call it
 * @param within how long one look may take
 */
public record NamedProbe(String name, Probe probe, Duration within) {

    /** Whom it looks at. */
    public String role() {
        return probe.role();
    }
}
