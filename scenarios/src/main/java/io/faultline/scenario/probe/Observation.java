package io.faultline.scenario.probe;

import java.time.Duration;

/**
 * What one look has seen.
 *
 * @param ok whether it was as the probe says
 * @param detail what it was, in a few words: {@code 503 after 12 ms: Redis does not answer}
 */
public record Observation(boolean ok, String detail, Duration took) {}
