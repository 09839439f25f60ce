package io.faultline.fault.shaping;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much later packets come. They keep their order, however much the delay varies.
 *
 * @param jitter how far the delay of a packet lies from the time: at most for {@link Distribution#UNIFORM}, as a standard
 *     deviation for the others
 * @param correlationPercent how much of a packet's deviation is that of the one before
 */
public record Delay(Duration time, Duration jitter, double correlationPercent, Distribution distribution)
        implements Impairment {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** How the delays of many packets are spread. */
    public enum Distribution {
        UNIFORM,
        NORMAL,
        PARETO,
        PARETONORMAL
    }

    /** @throws IllegalArgumentException if a part is out of its range; the message tells of all that are */
    public Delay {
        List<String> problems = new ArrayList<>();
        if (time.compareTo(Duration.ZERO) <= 0 || time.compareTo(LONGEST) > 0) {
            problems.add("a delay of " + millis(time) + " (more than 0 and at most 60000 ms)");
        }
        if (jitter.isNegative() || jitter.compareTo(time) > 0) {
            problems.add("a jitter of " + millis(jitter) + " (0 to the delay itself, " + millis(time) + ")");
        }
        if (!(correlationPercent >= 0 && correlationPercent <= 100)) { // NaN is neither
            problems.add("a correlation of " + correlationPercent + " % (0 to 100 %)");
        }
        if (jitter.isZero() && (correlationPercent > 0 || distribution != Distribution.UNIFORM)) {
            problems.add("a correlation or a distribution without a jitter");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("There is no such delay: " + String.join("; ", problems) + ".");
        }
    }

    public static Delay of(Duration time) {
        return new Delay(time, Duration.ZERO, 0, Distribution.UNIFORM);
    }

    /** Half of it, for each of two ways. */
    public Delay halved() {
        return new Delay(time.dividedBy(2), jitter.dividedBy(2), correlationPercent, distribution);
    }

    /** Whether netem, which keeps a table that it was given, can be turned from one into the other. */
    boolean isSpreadAs(Delay other) {
        return distribution == other.distribution;
    }

    /** The longest that a packet can be expected to wait. */
    Duration longest() {
        return time.plus(jitter.multipliedBy(distribution == Distribution.UNIFORM ? 1 : 4));
    }

    private static String millis(Duration duration) {
        return Impairment.number(duration.toNanos() / 1e6) + " ms";
    }

    @Override
    public String toString() {
        return "delay " + amount();
    }

    @Override
    public String amount() {
        return millis(time)
                + (jitter.isZero() ? "" : " ± " + millis(jitter))
                + (correlationPercent > 0 ? ", " + Impairment.number(correlationPercent) + " % correlated" : "")
                + (distribution == Distribution.UNIFORM
                        ? ""
                        : ", " + distribution.name().toLowerCase(Locale.ROOT));
    }
}
