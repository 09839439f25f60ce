package io.faultline.scenario;

import java.time.Instant;
import java.util.List;

/**
 * What came out of one run of the command: all that report files are written from.
 *
 * @param version Faultline's
 * @param run the id that every rule and container of the run is named by
 * @param engine what the Docker engine says that it is
 * @param interrupted whether it ended before all scenarios were played
 */
public record Report(
        String version, String run, String engine, Instant began, boolean interrupted, List<Result> results) {

    public Report {
        results = List.copyOf(results);
    }
}
