package io.faultline.fault.process;

import io.faultline.effect.EndedContainer;
import io.faultline.effect.SignalName;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a container is ended. Immutable.
 *
 * @param signal without SIG; none means its own stop signal
 * @param grace before SIGKILL
 */
record StopOptions(Optional<String> signal, Duration grace) {

    /** As {@code docker stop} does it. */
    static final StopOptions STOP = new StopOptions(Optional.empty(), Duration.ofSeconds(10));

    static final StopOptions CRASH = new StopOptions(Optional.of("KILL"), Duration.ZERO);

    StopOptions by(String name) {
        return new StopOptions(Optional.of(SignalName.plain(name)), grace);
    }

    /** @throws IllegalArgumentException if it is negative */
    StopOptions within(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException(
                    "grace(" + limit + "): no process ends before it is signalled. Give zero or more.");
        }
        return new StopOptions(signal, limit);
    }

    Plan plan(Topology topology, Target target, boolean startsAgain) {
        ResolvedTarget resolved = topology.onAnyNetwork(target);
        return new Plan(
                List.of(new EndedContainer(
                        target.toString(),
                        resolved.containerId(),
                        resolved.namespace(),
                        signal.orElseGet(() -> ownSignal(resolved)),
                        grace,
                        startsAgain)),
                List.of());
    }

    private static String ownSignal(ResolvedTarget resolved) {
        try {
            return SignalName.plain(resolved.stopSignal());
        } catch (IllegalArgumentException e) {
            throw new ImpossibleFaultException(
                    "The stop signal of " + resolved.target() + " is \"" + resolved.stopSignal()
                            + "\", by which it cannot be ended: " + e.getMessage() + " Name another by by(...).");
        }
    }

    @Override
    public String toString() {
        return equals(STOP)
                ? ""
                : signal.map(name -> " by SIG" + name).orElse("") + " within " + grace.toMillis() / 1000.0 + " s";
    }
}
