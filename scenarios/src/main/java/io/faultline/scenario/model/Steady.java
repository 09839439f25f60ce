package io.faultline.scenario.model;

import java.time.Duration;
import java.util.List;

/**
 * What is true of a system that is well: before anything is done to it, and again at the end.
 *
 * @param probes the names of the looks that tell
 * @param before how long it may take to become well, as at its start
 * @param after how long after the last step; not looked at where the scenario ends the system itself
 */
public record Steady(List<String> probes, Duration before, Duration after) {

    public Steady {
        probes = List.copyOf(probes);
    }
}
