package io.faultline.inject;

import java.time.Duration;

/**
 * How effects are opened.
 *
 * @param maximum when they end by themselves, whatever still runs
 * @param lifted whether they are only prepared, and do no harm until they are restored
 */
public record OpenOptions(Duration maximum, boolean lifted) {}
