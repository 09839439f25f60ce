package io.faultline.scenario.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody probably meant who wrote a name that is not there. */
public final class Suggestion {

    private Suggestion() {}

    /** As {@code Did you mean "dependency"?}, with a space before it; empty if nothing is like it. */
    public static String of(String written, Collection<String> known) {
        return nearest(written, known)
                .map(name -> " Did you mean \"" + name + "\"?")
                .orElse("");
    }

    private static Optional<String> nearest(String written, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(written, candidate)))
                .filter(candidate -> distance(written, candidate) <= Math.max(1, candidate.length() / 3));
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
