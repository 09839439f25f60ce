package io.faultline.scenario.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody probably meant who wrote a name that is not there. */
public final class Suggestion {

    /** Nobody mistypes a name of more letters. */
    private static final int LONGEST = 100;

    private Suggestion() {}

    /** As {@code Did you mean "dependency"?}, with a space before it; empty if nothing is like it. */
    public static String of(String written, Collection<String> known) {
        return nearest(written, known)
                .map(name -> " Did you mean \"" + name + "\"?")
                .orElse("");
    }

    private static Optional<String> nearest(String written, Collection<String> known) {
        if (written.length() > LONGEST) {
            return Optional.empty();
        }
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(written, candidate)))
                .filter(candidate -> distance(written, candidate) <= Math.max(1, candidate.length() / 3));
    }

    /** How many characters have to be added, left out, replaced, or swapped with their neighbour (the optimal alignment). */
    static int distance(String one, String other) {
        int[][] steps = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                steps[i][j] = i == 0 || j == 0 ? i + j : next(one, other, steps, i, j);
            }
        }
        return steps[one.length()][other.length()];
    }

    private static int next(String one, String other, int[][] steps, int i, int j) {
        boolean isSame = one.charAt(i - 1) == other.charAt(j - 1);
        int least = Math.min(steps[i - 1][j - 1] + (isSame ? 0 : 1), Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
        boolean isSwapped =
                i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
        return isSwapped ? Math.min(least, steps[i - 2][j - 2] + 1) : least;
    }
}
