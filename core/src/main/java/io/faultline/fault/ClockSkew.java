package io.faultline.fault;

import io.faultline.effect.ClockError;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;

/**
 * Sets the time of day wrong in one container, at once and by a fixed amount; healing sets it right at once. Monotonic clocks, and
 * with them all waiting, stay right. The container must have been prepared before its start:
 * {@link io.faultline.docker.FakeClock}. Immutable.
 */
public final class ClockSkew implements Fault {

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
}
