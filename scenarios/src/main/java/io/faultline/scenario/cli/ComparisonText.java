package io.faultline.scenario.cli;

import io.faultline.scenario.Result;
import io.faultline.scenario.report.Comparison;
import io.faultline.scenario.report.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says on the screen what changed since an earlier run. */
final class ComparisonText {

    private ComparisonText() {}

    /** A line for each change, and one where there is none; nothing where nothing was compared. */
    static List<String> lines(List<Result> results, Comparison comparison) {
        if (comparison.with().isEmpty()) {
            return List.of();
        }
        List<String> changes = new ArrayList<>();
        for (Result result : results) {
            for (Difference difference : comparison.of(result)) {
                changes.add(line(difference.turn().name(), name(result), difference.text()));
            }
        }
        comparison.gone().forEach(gone -> changes.add(line("GONE", gone, "not played now")));
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("compared with " + comparison.with().get() + (changes.isEmpty() ? ": all as before" : ""));
        lines.addAll(changes);
        return List.copyOf(lines);
    }

    private static String line(String turn, String name, String text) {
        String word = turn.equals("NEUTRAL") ? "" : turn.toLowerCase(Locale.ROOT);
        return String.format(Locale.ROOT, "  %-7s %s: %s", word, name, text);
    }

    private static String name(Result result) {
        return result.scenario() + " (" + result.settings() + ")";
    }
}
