package io.faultline.scenario.report;

import java.time.Duration;
import java.util.Locale;

/** Writes durations for people. */
final class Seconds {

    private Seconds() {}

    /** {@code 3.05 s}, or {@code 12 ms} of what is shorter than a tenth of a second. */
    static String of(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return Math.abs(millis) < 100
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.2f s", millis / 1000);
    }

    /** {@code +3.061 s}: a moment, counted from the fault. */
    static String moment(Duration since) {
        return String.format(Locale.ROOT, "%+.3f s", since.toNanos() / 1e9);
    }
}
