package io.faultline.scenario.probe;

import java.time.Duration;

/**
 * What one look has seen.
 *
 * @param ok whether it is as it should be
 * @param detail what was seen, on one line: {@code 503 after 12 ms: Redis does not answer}
 * @param took from the look's beginning to its end
 */
public record Observation(boolean ok, String detail, Duration took) {}
