package io.faultline.shutdown;

import java.util.List;

/**
 * What became of work that was under way when a container was told to stop.
 *
 * @param what it was, in the plural, or what was to come true of it
 * @param isCondition whether it is one piece, told by what was to come true
 * @param failures how those failed that were not finished, where it is known
 */
public record Tally(String what, boolean isCondition, long underWay, long finished, List<String> failures) {

    public Tally {
        failures = List.copyOf(failures);
    }

    static Tally of(String what, long underWay, long finished, List<String> failures) {
        return new Tally(what, false, underWay, finished, failures);
    }
}
