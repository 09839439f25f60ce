package io.faultline.fault.process;

import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;

/**
 * Kills a container's first process, and with it the container: a crash, or the OOM killer. The kernel ends its
 * connections. Healing starts it again, as does a rollback container if this JVM cannot; a port that was published on a random port
 * of the host comes back on another: see {@code Faultline.mappedPort}. Immutable.
 *
 * <p>One process of several is killed by {@link Signal}.
 */
public final class Kill implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "kill", Options.class, "Kills a container, and starts it again when healed.")
            .variant(
                    "Kill",
                    Needs.dockerSocket(),
                    "containers whose first process has ended",
                    "started again, by a rollback container if the JVM dies; published host ports change",
                    "as Pause");

    private final Target target;

    private Kill(Target target) {
        this.target = target;
    }

    public static Kill of(Target target) {
        return new Kill(target);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        return StopOptions.CRASH.plan(topology, target, false);
    }

    @Override
    public String toString() {
        return "Kill[" + target + "]";
    }

    /** What can be written about it. */
    record Options(@About("The container.") Target target) implements FaultFactory {

        @Override
        public Fault make() {
            return Kill.of(target);
        }
    }
}
