package io.faultline.scenario.report;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Where a moment is between the first and the last that are shown. */
record Axis(Duration from, Duration to) {

    /**
     * A moment on the axis that is written down.
     *
     * @param isMinor whether it can be left out where there is little room
     */
    record Tick(Duration at, String label, boolean isMinor) {}

    Axis {
        if (to.compareTo(from) <= 0) {
            throw new IllegalArgumentException("An axis from " + from + " to " + to + " has no length.");
        }
    }

    /** Its distance from the first moment, in percent of the axis; at most at an end of it. */
    double percent(Duration at) {
        double share = (double) at.minus(from).toNanos() / to.minus(from).toNanos();
        return 100 * Math.min(1, Math.max(0, share));
    }

    boolean shows(Duration at) {
        return at.compareTo(from) >= 0 && at.compareTo(to) <= 0;
    }

    /** Round moments at even distances, at most so many and one more. */
    Stream<Tick> ticks(int most) {
        long step = step(to.minus(from).toNanos() / most);
        return LongStream.rangeClosed(Math.floorDiv(from.toNanos() - 1, step) + 1, Math.floorDiv(to.toNanos(), step))
                .mapToObj(number ->
                        new Tick(Duration.ofNanos(number * step), label(number * step, step), number % 2 != 0));
    }

    /** The shortest of 1, 2, 5, 10, 20, … ns that is not shorter. */
    private static long step(long least) {
        long power = 1;
        while (power * 10 <= least) {
            power *= 10;
        }
        return power >= least ? power : 2 * power >= least ? 2 * power : 5 * power >= least ? 5 * power : 10 * power;
    }

    private static String label(long nanos, long step) {
        if (nanos == 0) {
            return "0";
        }
        return step >= 100_000_000
                ? String.format(Locale.ROOT, step >= 1_000_000_000 ? "%+.0f s" : "%+.1f s", nanos / 1e9)
                : String.format(Locale.ROOT, step >= 1_000_000 ? "%+.0f ms" : "%+.2f ms", nanos / 1e6);
    }
}
