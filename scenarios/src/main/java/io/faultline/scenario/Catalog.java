package io.faultline.scenario;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The scenarios that there are. */
public final class Catalog {

    private static final List<Scenario> ALL = List.of(
            new SilentPartition(),
            new BlockedOutput(),
            new GracefulShutdown(),
            new ShutdownWhileBlocked(),
            new PausedDependency());

    private Catalog() {}

    public static List<Scenario> all() {
        return ALL;
    }

    /**
     * The scenarios of these names, in this order; all of them if no name is given.
     *
     * @throws UnknownScenarioException if there is none of one of the names
     */
    public static List<Scenario> named(List<String> names) {
        return names.isEmpty()
                ? ALL
                : names.stream().distinct().map(Catalog::named).toList();
    }

    private static Scenario named(String name) {
        return ALL.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private static UnknownScenarioException unknown(String name) {
        String known = ALL.stream().map(Scenario::name).collect(Collectors.joining(", "));
        String meant = ALL.stream()
                .map(Scenario::name)
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(candidate -> distance(name, candidate) <= candidate.length() / 2)
                .map(candidate -> " Did you mean \"" + candidate + "\"?")
                .orElse("");
        return new UnknownScenarioException(
                "No scenario is called \"" + name + "\" (there is: " + known + ")." + meant);
    }

    /** How many characters have to be added, left out or replaced (Levenshtein's distance). */
    static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
