package io.faultline.scenario.report;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Where a moment is drawn: to scale, between two edges.
 *
 * @param left where the first moment is, in units of the drawing
 * @param right where the last one is
 */
record Axis(Duration from, Duration to, double left, double right) {

    /** A place on the axis that is written down. */
    record Tick(Duration at, String label) {}

    Axis {
        if (to.compareTo(from) <= 0) {
            throw new IllegalArgumentException("An axis from " + from + " to " + to + " has no length.");
        }
    }

    double x(Duration at) {
        double share = (double) at.minus(from).toNanos() / to.minus(from).toNanos();
        return left + Math.min(1, Math.max(0, share)) * (right - left);
    }

    boolean shows(Duration at) {
        return at.compareTo(from) >= 0 && at.compareTo(to) <= 0;
    }

    /** Round moments at even distances, at most so many and one more. */
    Stream<Tick> ticks(int most) {
        long step = step(to.minus(from).toNanos() / most);
        long first = Math.floorDiv(from.toNanos() - 1, step) + 1;
        return LongStream.rangeClosed(first, Math.floorDiv(to.toNanos(), step))
                .mapToObj(number -> new Tick(Duration.ofNanos(number * step), label(number * step, step)));
    }

    /** The shortest of 1, 2, 5, 10, 20, … ns that is not shorter. */
    private static long step(long least) {
        long power = 1;
        while (power * 10 <= least) {
            power *= 10;
        }
        for (int factor : new int[] {1, 2, 5}) {
            if (power * factor >= least) {
                return power * factor;
            }
        }
        return power * 10;
    }

    private static String label(long nanos, long step) {
        if (nanos == 0) {
            return "0";
        }
        if (step >= 100_000_000) {
            return String.format(Locale.ROOT, step >= 1_000_000_000 ? "%+.0f s" : "%+.1f s", nanos / 1e9);
        }
        return step >= 1_000_000
                ? String.format(Locale.ROOT, "%+.0f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%+.2f ms", nanos / 1e6);
    }
}
