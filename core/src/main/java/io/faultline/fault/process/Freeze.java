package io.faultline.fault.process;

import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.fault.packet.Partition;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Holds the processes of a container still: a service that hangs, collects garbage, or was swapped out. Clients stay
 * connected, and connect again; nobody answers. Signals wait until it is healed, but for SIGKILL. Immutable.
 *
 * <p>The kernel of a frozen process still acknowledges data and answers keepalives: this tests the timeouts of
 * applications. {@link Partition} tests those of connections.
 */
public final class Freeze implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("freeze", Options.class, "Freezes a container's processes.")
            .variant(
                    "Freeze",
                    Needs.kernelWith(Feature.HOLD),
                    "processes frozen",
                    "let go; the kernel lets them go by itself if the agent dies",
                    "nothing; while it is open no debugger can attach");

    private static final String LIMITATION =
            "the kernel of a frozen process accepts connections, acknowledges data and answers keepalives, so connect "
                    + "timeouts, keepalive and TCP_USER_TIMEOUT never act; the client needs a bound of its own on every "
                    + "answer, and for the others use Partition";

    private final Target target;
    private final List<String> names;

    private Freeze(Target target, List<String> names) {
        this.target = target;
        this.names = List.copyOf(names);
    }

    /** All its processes. */
    public static Freeze of(Target target) {
        return new Freeze(target, List.of());
    }

    /**
     * Only the processes of these names, with all their threads; what they start meanwhile cannot be, for they stand.
     *
     * @param names as {@code ps -o comm} or the first word of the command line calls them: {@code redis-server}
     * @throws IllegalArgumentException if none is named
     */
    public Freeze processes(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException(
                    this + ".processes() names none. Name at least one, or leave it out to freeze all.");
        }
        return new Freeze(target, List.of(names));
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        ResolvedTarget resolved = topology.onAnyNetwork(target);
        return new Plan(
                List.of(new FrozenProcesses(target.toString(), resolved.namespace(), new FreezeAction(names))),
                List.of(),
                List.of(LIMITATION));
    }

    @Override
    public String toString() {
        return names.stream()
                .collect(Collectors.joining(", ", "Freeze[" + target + (names.isEmpty() ? "" : ": "), "]"));
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("Only processes of these names.") List<String> processes) implements FaultFactory {

        @Override
        public Fault make() {
            Freeze fault = of(target);
            return processes.isEmpty() ? fault : fault.processes(processes.toArray(String[]::new));
        }
    }
}
