package io.faultline.fault.process;

import io.faultline.effect.PausedContainer;
import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.fault.packet.Partition;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;

/**
 * Puts a container into the freezer, as {@code docker pause} does: no process in it runs, and Docker says so. Clients
 * stay connected, and connect again; nobody answers. A rollback container unpauses it if this JVM cannot. Immutable.
 *
 * <p>The kernel of a paused container still acknowledges data and answers keepalives: this tests the timeouts of
 * applications. {@link Partition} tests those of connections. {@link Freeze} does the same to some of its processes, and
 * without Docker.
 */
public final class Pause implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("pause", Options.class, "Freezes a container with Docker's own freezer.")
            .variant(
                    "Pause",
                    Needs.dockerSocket(),
                    "containers that Docker reports as paused",
                    "unpaused, by a rollback container if the JVM dies",
                    "one container an injection, which holds the Docker socket");

    private static final String LIMITATION =
            "the kernel of a paused container accepts connections, acknowledges data and answers keepalives, so connect "
                    + "timeouts, keepalive and TCP_USER_TIMEOUT never act; the client needs a bound of its own on every "
                    + "answer, and for the others use Partition";

    private final Target target;

    private Pause(Target target) {
        this.target = target;
    }

    public static Pause of(Target target) {
        return new Pause(target);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        ResolvedTarget resolved = topology.onAnyNetwork(target);
        return new Plan(
                List.of(new PausedContainer(target.toString(), resolved.containerId(), resolved.namespace())),
                List.of(),
                List.of(LIMITATION));
    }

    @Override
    public String toString() {
        return "Pause[" + target + "]";
    }

    /** What can be written about it. */
    record Options(@About("The container.") Target target) implements FaultFactory {

        @Override
        public Fault make() {
            return Pause.of(target);
        }
    }
}
