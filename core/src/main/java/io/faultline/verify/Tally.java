package io.faultline.verify;

import java.util.List;

/**
 * What became of work that was under way when a container was told to stop.
 *
 * @param what it was, in the plural
 * @param failures how those failed that were not finished, where it is known
 */
public record Tally(String what, long underWay, long finished, List<String> failures) {

    public Tally {
        failures = List.copyOf(failures);
    }
}
