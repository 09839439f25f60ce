package io.faultline.fault.process;

import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;

/**
 * The Docker daemon answers nobody for a time: no API, no log, no health check, no new container. What runs, runs on.
 * For what talks to Docker: a supervisor, a deployment, a test framework. Immutable.
 *
 * <p>Every call of this JVM's to Docker waits for the end too. So the agent keeps the time, and the kernel lets the daemon go if
 * the agent dies. Healing ends it at once where this JVM and the agent are on one machine; elsewhere the way to the agent leads
 * through the daemon, and healing waits.
 */
public final class DaemonStall implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("daemon-stall", Options.class, "Freezes the Docker daemon.")
            .variant(
                    "DaemonStall",
                    Needs.kernelWith(Feature.HOLD).and("an engine on the agent's own host"),
                    "milliseconds for which the engine was frozen",
                    "let go by the agent at its bound of at most 10 s; the kernel lets it go by itself if the agent dies",
                    "every call to Docker waits meanwhile");

    /** Below the lease, which nobody can renew meanwhile: all other faults would end. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final Target target;
    private final Duration bound;

    private DaemonStall(Target target, Duration bound) {
        this.target = target;
        this.bound = bound;
    }

    /**
     * Of the daemon that runs this target, and all its others.
     *
     * @param bound for how long; at most 10 s
     * @throws IllegalArgumentException if it is not positive, or longer
     */
    public static DaemonStall of(Target target, Duration bound) {
        if (bound.toMillis() < 1 || bound.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("A daemon can stall for 1 ms to " + LONGEST.toSeconds()
                    + " s, but not for " + bound.toMillis() / 1000.0
                    + " s: while it does, nobody may be able to renew the lease of other faults.");
        }
        return new DaemonStall(target, bound);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        ResolvedTarget resolved = topology.onAnyNetwork(target);
        FreezeEngineAction hold = new FreezeEngineAction(resolved.containerId(), bound.toMillis());
        return new Plan(List.of(new FrozenEngine(target.toString(), resolved.namespace(), hold)), List.of());
    }

    @Override
    public String toString() {
        return "DaemonStall[of " + target + " for " + bound.toMillis() / 1000.0 + " s]";
    }

    /** What can be written about it. */
    record Options(
            @About("A container that the daemon runs.") Target target,
            @About("For how long, as \"5s\"; at most 10 s.") Duration bound)
            implements FaultFactory {

        @Override
        public Fault make() {
            return DaemonStall.of(target, bound);
        }
    }
}
