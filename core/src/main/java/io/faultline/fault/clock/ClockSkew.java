package io.faultline.fault.clock;

import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sets the time of day wrong in one container, at once and by a fixed amount; healing sets it right at once. Monotonic clocks, and
 * with them all waiting, stay right. The container must have been prepared before its start:
 * {@link io.faultline.docker.FakeClock}. Immutable.
 */
public final class ClockSkew implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("clock-skew", Options.class, "Sets a container's clock wrong.")
            .variant(
                    "ClockSkew",
                    Needs.kernelWith().and("FakeClock in the container before its start"),
                    "readings of the wrong clock",
                    "the clock set right; it is right by itself 15 s after the agent died",
                    "a system call for each reading of the clock, also while it is right");

    private final Target target;
    private final Duration error;

    private ClockSkew(Target target, Duration error) {
        this.target = target;
        this.error = error;
    }

    /** By how much is yet to be said. */
    public static Clock of(Target target) {
        return new Clock(target);
    }

    /** A clock that is about to be wrong. */
    public record Clock(Target target) {

        /**
         * By how much.
         *
         * @param error forwards, or backwards if it is negative
         * @throws IllegalArgumentException if it is zero, or longer than 100 years
         */
        public ClockSkew by(Duration error) {
            if (error.isZero() || error.abs().toDays() > 36_500) {
                throw new IllegalArgumentException("ClockSkew[" + target + "].by(" + error
                        + "): a clock is wrong by some time, of at most 100 years.");
            }
            return new ClockSkew(target, error);
        }
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        return ClockOffsets.plan(topology, target, new ClockError(error.toNanos(), 0));
    }

    @Override
    public String toString() {
        return "ClockSkew[" + target + ", " + (error.isNegative() ? "-" : "+")
                + error.abs().toMillis() + " ms]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("How far it is ahead, as \"1.5s\" or \"60m\".")
            Optional<Duration> ahead,

            @About("How far it is behind.") Optional<Duration> behind)
            implements FaultFactory {

        @Override
        public Fault make() {
            if (ahead.isPresent() == behind.isPresent()) {
                throw new IllegalArgumentException("Name either ahead or behind: by how much the clock is wrong.");
            }
            return of(target).by(ahead.or(() -> behind.map(Duration::negated)).orElseThrow());
        }
    }
}
