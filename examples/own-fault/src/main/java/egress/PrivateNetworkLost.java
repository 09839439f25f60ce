package egress;

import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.fault.packet.Partition;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;

/**
 * A container is cut off from the private networks and still reaches the internet, as after a change of a security group.
 * It is its own vocabulary: what its components are called is what files and the annotation write.
 */
public record PrivateNetworkLost(
        @About("The container.") Target target,
        @About("Only this port of the others.") Optional<Integer> port) implements Fault, FaultFactory {

    /** What files, annotations and the command know of it; META-INF/faultline/faults lists this class. */
    public static final FaultSpec SPEC = FaultSpec.of(
                    "private-network-lost",
                    PrivateNetworkLost.class,
                    "Cuts a container off from the private networks, but not from the internet.")
            .variant(
                    "PrivateNetworkLost",
                    Needs.packetFilterAnd(),
                    "packets dropped, by leg and direction",
                    "as Partition",
                    "as Partition");

    private static final String[] PRIVATE = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};

    @Override
    public Fault make() {
        return this;
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        Partition cut = Partition.of(target).towards(PRIVATE);
        return port.map(cut::port).orElse(cut).plan(topology);
    }

    @Override
    public String toString() {
        return "PrivateNetworkLost[" + target
                + port.map(only -> ", port " + only).orElse("") + "]";
    }
}
