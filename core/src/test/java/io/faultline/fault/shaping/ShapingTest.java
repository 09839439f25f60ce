package io.faultline.fault.shaping;

import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.app;
import static io.faultline.world.ResolvedTargets.plain;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Count.Direction;
import io.faultline.effect.Effect;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.packet.PacketRules;
import io.faultline.fault.shaping.Delay.Distribution;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShapingTest {

    private static final Duration DELAY = Duration.ofMillis(200);
    private static final Latency LATENCY = Latency.of(TARGET, DELAY);
    private static final Bandwidth BANDWIDTH = Bandwidth.of(TARGET, BitRate.mbit(1));

    @Test
    void delaysByTheWholeWhatTheTargetSends() {
        assertThat(shapes(LATENCY, redis()))
                .containsExactly(shape(Direction.OUT, everything(LinkImpairments.of(Delay.of(DELAY)))));
    }

    @Test
    void delaysByHalfEachWayIfBothAreAskedFor() {
        LinkImpairments half = LinkImpairments.of(Delay.of(Duration.ofMillis(100)));

        assertThat(shapes(LATENCY.bothWays(), redis()))
                .containsExactly(shape(Direction.OUT, everything(half)), shape(Direction.IN, everything(half)));
    }

    @Test
    void holdsBothWaysToTheRate() {
        assertThat(shapes(BANDWIDTH, redis()))
                .extracting(TrafficShape::direction)
                .containsExactly(Direction.OUT, Direction.IN);
        assertThat(shapes(BANDWIDTH.incomingOnly(), redis()))
                .extracting(TrafficShape::direction)
                .containsExactly(Direction.IN);
    }

    @Test
    void shapesEveryInterfaceThatHasAnAddressButLoopback() {
        ResolvedTarget resolved = withInterfaces(
                plain("lo", List.of("127.0.0.1")),
                plain("eth0", List.of("172.17.0.2")),
                plain("f0a1b2c3d7", List.of()),
                plain("eth1", List.of("172.18.0.2")));

        assertThat(shapes(LATENCY, resolved))
                .extracting(each -> each.at().name())
                .containsExactly("eth0", "eth1");
    }

    @Test
    void meansThePeersPortsAndProtocolThatAreNamed() {
        Latency towards = LATENCY.towards(OTHER).port(5432).protocol("tcp");
        Peers app = new Peers(OTHER.toString(), List.of("172.17.0.3"));
        Ports postgres = Ports.ALL.withTransport("tcp").withRange(5432, 5432);

        assertThat(towards.targets()).containsExactly(TARGET, OTHER);
        assertThat(shapes(towards, redis(), app()).get(0).shapes())
                .containsExactly(
                        new TrafficClass(app, postgres.withSide(Side.OTHER), LinkImpairments.of(Delay.of(DELAY))));
        assertThat(shapes(LATENCY.port(5432).protocol("tcp"), redis())
                        .get(0)
                        .shapes()
                        .get(0)
                        .ports())
                .isEqualTo(postgres);
        assertThat(shapes(LATENCY.towards("10.0.0.0/8"), redis())
                        .get(0)
                        .shapes()
                        .get(0)
                        .peers())
                .isEqualTo(Peers.of(List.of("10.0.0.0/8")));
    }

    @Test
    void saysWhatItIsAndWhatItIsNarrowedTo() {
        assertThat(LATENCY).hasToString("Latency[\"redis\", 200 ms]");
        assertThat(LATENCY.jitter(Duration.ofMillis(50))
                        .correlation(25)
                        .distribution(Distribution.NORMAL)
                        .bothWays())
                .hasToString("Latency[\"redis\", 200 ms ± 50 ms, 25 % correlated, normal, both ways]");
        assertThat(BANDWIDTH.towards(OTHER).port(80).incomingOnly())
                .hasToString("Bandwidth[\"redis\" | \"app\", 1 Mbit/s, port 80, incoming only]");
        assertThat(Duplicate.of(TARGET, 12.5)).hasToString("Duplicate[\"redis\", 12.5 %]");
        assertThat(Corrupt.of(TARGET, 1).towards("10.0.0.1")).hasToString("Corrupt[\"redis\" | 10.0.0.1, 1 %]");
        assertThat(Reorder.of(TARGET, 25)).hasToString("Reorder[\"redis\", 25 %]");
        assertThat(CompositeFault.of(LATENCY, BANDWIDTH))
                .hasToString("Together[Latency[\"redis\", 200 ms], Bandwidth[\"redis\", 1 Mbit/s]]");
        assertThat(Link.of(TARGET, LinkProfile.GPRS)).hasToString("Link[\"redis\", GPRS]");
    }

    @Test
    void refusesAForeignQdiscBeforeAnythingIsTouched() {
        ResolvedTarget resolved = withInterfaces(new NetworkInterface(
                "eth0", List.of("172.17.0.2"), 1500, 1000, Optional.of("tbf 8001:"), Optional.of("clsact ffff:")));

        assertThatThrownBy(() -> LATENCY.plan(topology(resolved)))
                .isInstanceOf(TargetException.class)
                .hasMessage("Cannot inject Latency[\"redis\", 200 ms]: eth0 of \"redis\" has a root qdisc of its own "
                        + "(tbf 8001:), which is not Faultline's to replace. Remove it (tc qdisc del dev eth0 root), or "
                        + "shape the other direction alone.");
        assertThatThrownBy(() -> LATENCY.incomingOnly().plan(topology(resolved)))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("has an ingress qdisc of its own (clsact ffff:)")
                .hasMessageContaining("(tc qdisc del dev eth0 clsact)");
    }

    @Test
    void isImpossibleWithoutTheKernelsPartOfIt() {
        assertThatThrownBy(() -> LATENCY.plan(lacking(Feature.NETEM)))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContaining("has no sch_netem")
                .hasMessageContaining("SlowStream (Toxiproxy)");
        assertThat(BANDWIDTH
                        .outgoingOnly()
                        .plan(lacking(Feature.NETEM, Feature.INGRESS))
                        .effects())
                .hasSize(1);
        assertThatThrownBy(() -> BANDWIDTH.plan(lacking(Feature.INGRESS)))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContaining("has no sch_ingress, act_mirred and ifb")
                .hasMessageContaining("outgoingOnly()");
    }

    @Test
    void refusesATargetThatSendsToNobodyAndAPeerThatIsItself() {
        assertThatThrownBy(() -> LATENCY.plan(topology(withInterfaces(plain("lo", List.of("127.0.0.1"))))))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("has no interface with an address but loopback");
        assertThatThrownBy(() -> LATENCY.towards(TARGET)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void makesOneTreeOfWhatShapesTheSameInterface() {
        List<TrafficShape> shapes = shapes(CompositeFault.of(LATENCY, BANDWIDTH, Duplicate.of(TARGET, 1)), redis());

        assertThat(shapes).extracting(TrafficShape::direction).containsExactly(Direction.OUT, Direction.IN);
        assertThat(shapes.get(0).shapes())
                .singleElement()
                .satisfies(shape -> assertThat(shape.quality()).hasToString("1 Mbit/s, delay 200 ms, duplicate 1 %"));
        assertThat(shapes.get(1).shapes()).containsExactly(everything(LinkImpairments.of(BitRate.mbit(1))));
    }

    @Test
    void namesBothThatCannotBeHadTogether() {
        CompositeFault twice = CompositeFault.of(LATENCY, BANDWIDTH, Latency.of(TARGET, Duration.ofMillis(50)));

        assertThatThrownBy(() -> twice.plan(topology(redis())))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining(
                        "Latency[\"redis\", 200 ms] and Latency[\"redis\", 50 ms] both set the delay of the "
                                + "same packets (eth0 of \"redis\")");
        assertThatThrownBy(() ->
                        CompositeFault.of(LATENCY, BANDWIDTH.towards(OTHER)).plan(topology(redis(), app())))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("some of the same packets");
        assertThatThrownBy(CompositeFault::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void makesEveryLinkOfOneTreeADirectionAndItsLoss() {
        for (LinkProfile profile : LinkProfile.values()) {
            List<Effect> effects = Link.of(TARGET, profile)
                    .plan(topology(redis(proxied("0.0.0.0", 32768))))
                    .effects();

            assertThat(effects)
                    .filteredOn(TrafficShape.class::isInstance)
                    .as("%s", profile)
                    .hasSize(2);
            assertThat(effects)
                    .filteredOn(PacketRules.class::isInstance)
                    .as("%s", profile)
                    .hasSize(profile.lossPercent() > 0 ? 1 : 0);
        }
    }

    private static List<TrafficShape> shapes(Fault fault, ResolvedTarget... resolvedTargets) {
        return fault.plan(topology(resolvedTargets)).effects().stream()
                .map(TrafficShape.class::cast)
                .toList();
    }

    private static TrafficShape shape(Direction direction, TrafficClass shape) {
        return new TrafficShape(
                "\"redis\"", redis().namespace(), plain("eth0", List.of("172.17.0.2")), direction, List.of(shape));
    }

    private static TrafficClass everything(LinkImpairments quality) {
        return new TrafficClass(Peers.everyone(), Ports.ALL, quality);
    }

    private static ResolvedTarget withInterfaces(NetworkInterface... interfaces) {
        ResolvedTarget resolved = redis();
        return new ResolvedTarget(
                resolved.target(),
                resolved.containerId(),
                resolved.pid(),
                resolved.namespace(),
                resolved.attachments(),
                Arrays.asList(interfaces),
                List.of());
    }

    private static Topology topology(ResolvedTarget... resolvedTargets) {
        return new Topology(Arrays.asList(resolvedTargets), kernel(EnumSet.allOf(Feature.class)));
    }

    private static Topology lacking(Feature... features) {
        Set<Feature> there = EnumSet.allOf(Feature.class);
        there.removeAll(List.of(features));
        return new Topology(List.of(redis()), kernel(there));
    }

    private static KernelFeatures kernel(Set<Feature> features) {
        return new KernelFeatures(
                "6.1.0", Optional.of(new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true)), features);
    }
}
