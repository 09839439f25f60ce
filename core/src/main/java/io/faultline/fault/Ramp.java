package io.faultline.fault;

import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * A fault whose strength goes evenly from one value to another, in steps of a quarter of a second or, if that would be
 * more than 40, of a fortieth of the time; and stays there. No packet is spared between the steps.
 *
 * <pre>{@code
 * faultline.inject(Ramp.of(1, 30, ofSeconds(10), percent -> PacketLoss.random(redis, percent)));
 * }</pre>
 */
public final class Ramp implements Fault {

    private static final Duration STEP = Duration.ofMillis(250);
    private static final int MOST_STEPS = 40;

    private final double from;
    private final double to;
    private final Duration over;
    private final DoubleFunction<? extends Fault> strength;

    private Ramp(double from, double to, Duration over, DoubleFunction<? extends Fault> strength) {
        this.from = from;
        this.to = to;
        this.over = over;
        this.strength = strength;
    }

    /**
     * A ramp between two values, which may rise or fall.
     *
     * @param strength gives the fault of a value: of the same kind and on the same targets for each
     * @throws IllegalArgumentException if it takes no time
     */
    public static Ramp of(double from, double to, Duration over, DoubleFunction<? extends Fault> strength) {
        if (over.isNegative() || over.isZero()) {
            throw new IllegalArgumentException("A ramp over " + over + " is none: it takes more than no time.");
        }
        return new Ramp(from, to, over, strength);
    }

    @Override
    public List<Target> targets() {
        return strength.apply(from).targets();
    }

    @Override
    public Plan plan(Topology topology) {
        return strength.apply(from).plan(topology);
    }

    @Override
    public Schedule schedule() {
        int steps = (int) Math.max(1, Math.min(MOST_STEPS, over.dividedBy(STEP)));
        return Schedule.NOW.tuning(IntStream.rangeClosed(1, steps)
                .mapToObj(i -> new Schedule.Tuning(
                        over.multipliedBy(i).dividedBy(steps), strength.apply(from + (to - from) * i / steps)))
                .toList());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s, going from %s to %s over %s s",
                strength.apply(from),
                from,
                to,
                over.toMillis() / 1e3);
    }
}
