package io.faultline.fault.packet;

import io.faultline.effect.Peers;
import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.stream.Stream;

/**
 * A container that reaches nothing on the internet, and all that is near it: an egress rule that was forgotten, a NAT gateway that is
 * gone. Near are private, shared, link-local and multicast addresses (RFC 1918, 6598, 3927, 4193, 5771); every other unicast
 * address is the internet. Silent, both ways. Immutable.
 */
public record NoInternet(@About("The container.") Target target) implements Fault, FaultFactory {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "no-internet",
                    NoInternet.class,
                    "Cuts a container off from the internet, but not from its neighbours.")
            .variant(
                    "NoInternet",
                    Needs.packetFilterAnd(),
                    "packets dropped, by leg and direction",
                    "as Partition",
                    "as Partition; one set with 51 networks");

    /** All that is not near. */
    private static final String INTERNET = """
            1.0.0.0/8 2.0.0.0/7 4.0.0.0/6 8.0.0.0/7 11.0.0.0/8 12.0.0.0/6 16.0.0.0/4 32.0.0.0/3 64.0.0.0/3 96.0.0.0/6
            100.0.0.0/10 100.128.0.0/9 101.0.0.0/8 102.0.0.0/7 104.0.0.0/5 112.0.0.0/5 120.0.0.0/6 124.0.0.0/7 126.0.0.0/8
            128.0.0.0/3 160.0.0.0/5 168.0.0.0/8 169.0.0.0/9 169.128.0.0/10 169.192.0.0/11 169.224.0.0/12 169.240.0.0/13
            169.248.0.0/14 169.252.0.0/15 169.255.0.0/16 170.0.0.0/7 172.0.0.0/12 172.32.0.0/11 172.64.0.0/10 172.128.0.0/9
            173.0.0.0/8 174.0.0.0/7 176.0.0.0/4 192.0.0.0/9 192.128.0.0/11 192.160.0.0/13 192.169.0.0/16 192.170.0.0/15
            192.172.0.0/14 192.176.0.0/12 192.192.0.0/10 193.0.0.0/8 194.0.0.0/7 196.0.0.0/6 200.0.0.0/5 208.0.0.0/4 2000::/3""";

    /** The container's whole internet. */
    public static NoInternet of(Target target) {
        return new NoInternet(target);
    }

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
        boolean hasIpv6 =
                topology.kernel().packetFilter().filter(PacketFilter::ipv6).isPresent();
        List<String> networks = Stream.of(INTERNET.split("\\s+"))
                .filter(network -> hasIpv6 || !network.contains(":"))
                .toList();
        return Partition.of(target).towards(new Peers("the internet", networks)).plan(topology);
    }

    @Override
    public String toString() {
        return "NoInternet[" + target + "]";
    }
}
