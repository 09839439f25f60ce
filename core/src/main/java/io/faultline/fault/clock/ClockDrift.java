package io.faultline.fault.clock;

import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets the time of day of one container run too slow or too fast, as mains-driven clocks did: the longer it lasts, the more it is
 * wrong. Healing sets it right at once. Monotonic clocks, and with them all waiting, stay right. The container must have been
 * prepared before its start: {@link io.faultline.docker.FakeClock}. Immutable.
 */
public final class ClockDrift implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "clock-drift", Options.class, "Lets a container's clock run fast or slow.")
            .variant(
                    "ClockDrift",
                    Needs.kernelWith().and("FakeClock in the container before its start"),
                    "readings of the wrong clock",
                    "as ClockSkew",
                    "as ClockSkew");

    private final Target target;
    private final double rate;

    private ClockDrift(Target target, double rate) {
        this.target = target;
        this.rate = rate;
    }

    /** By how much is yet to be said. */
    public static Clock of(Target target) {
        return new Clock(target);
    }

    /** A clock that is about to be wrong. */
    public record Clock(Target target) {

        /**
         * By a share of the time: {@code 0.01} is 36 s in an hour.
         *
         * @throws IllegalArgumentException if it is not above 0 and at most 1, where it stops
         */
        public ClockDrift slowBy(double share) {
            return new ClockDrift(target, -checked(share, "slowBy", 1));
        }

        /**
         * By a share of the time: {@code 0.01} is 36 s in an hour.
         *
         * @throws IllegalArgumentException if it is not above 0 and at most 100
         */
        public ClockDrift fastBy(double share) {
            return new ClockDrift(target, checked(share, "fastBy", 100));
        }

        private double checked(double share, String name, double most) {
            if (!(share >= 1e-9 && share <= most)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "ClockDrift[%s].%s(%s): a share of the time, of at least 1e-9 and at most %.0f; 0.01 is one second in "
                                + "a hundred.",
                        target,
                        name,
                        share,
                        most));
            }
            return share;
        }
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        return ClockOffsets.plan(topology, target, new ClockError(0, Math.round(rate * 1e9)));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "ClockDrift[%s, %+.4f %%]", target, rate * 100);
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("The share of the time by which it is slow: 0.01 is 36 s in an hour.")
            Optional<Double> slowBy,

            @About("The share of the time by which it is fast.")
            Optional<Double> fastBy)
            implements FaultFactory {

        @Override
        public Fault make() {
            if (slowBy.isPresent() == fastBy.isPresent()) {
                throw new IllegalArgumentException("Name either slowBy or fastBy: a share of the time, as 0.01.");
            }
            Clock clock = of(target);
            return slowBy.map(clock::slowBy).orElseGet(() -> clock.fastBy(fastBy.orElseThrow()));
        }
    }
}
