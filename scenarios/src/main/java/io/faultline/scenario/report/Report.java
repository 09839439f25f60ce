package io.faultline.scenario.report;

import io.faultline.scenario.Result;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * What came out of one run of the command: all that report files are written from.
 *
 * @param version Faultline's
 * @param run the id that every rule and container of the run is named by
 * @param engine what the Docker engine says that it is
 * @param interrupted whether it ended before all scenarios were played
 * @param seed what was drawn by chance, if anything was, is drawn again with it
 */
public record Report(
        String version,
        String run,
        String engine,
        Instant began,
        boolean interrupted,
        OptionalLong seed,
        List<Result> results) {

    public Report {
        results = List.copyOf(results);
    }
}
