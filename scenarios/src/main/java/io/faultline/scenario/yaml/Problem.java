package io.faultline.scenario.yaml;

import java.util.Comparator;

/**
 * One mistake in a file.
 *
 * @param line counted from 1
 * @param column counted from 1
 */
public record Problem(String file, int line, int column, String message) {

    static final Comparator<Problem> IN_ORDER =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    /** As compilers say it, so that editors and terminals make a link of it. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
