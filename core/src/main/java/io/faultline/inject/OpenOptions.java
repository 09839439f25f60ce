package io.faultline.inject;

import java.time.Duration;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How effects are opened.
 *
 * @param maximum when they end by themselves, whatever still runs
 * @param lifted whether they are only prepared, and do no harm until they are restored
 */
@API(status = Status.INTERNAL)
public record OpenOptions(Duration maximum, boolean lifted) {}
