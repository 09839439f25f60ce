package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.app;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.resolved;
import static io.faultline.world.ResolvedTargets.topology;
import static io.faultline.world.Written.part;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Effect;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.Hop;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the options of a partition change in its rules, and what they refuse. */
class PartitionOptionsTest {

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true);
    private static final Target THIRD = Target.named("third");

    @Test
    void aPortIsCutAtTheContainerAndWhereDockerProxyLeadsToIt() {
        List<Effect> effects = Partition.of(TARGET)
                .port(6379)
                .protocol("tcp")
                .plan(topology(BEST, redis(proxied("0.0.0.0", 32768))))
                .effects();

        assertThat(part(effects.get(0), "traffic"))
                .isEqualTo("{\"peers\":[],\"transport\":\"tcp\",\"first\":6379,\"last\":6379,"
                        + "\"side\":\"OWN\",\"flow\":\"BOTH\",\"published\":[]}");
        assertThat(part(effects.get(1), "traffic"))
                .endsWith("\"published\":[{\"address\":\"0.0.0.0\",\"port\":32768,\"transport\":\"tcp\"}]}");
        assertThat(effects.get(0).hits(new Hop(Leg.Kind.CONTAINER, 6379))).isTrue();
        assertThat(effects.get(0).hits(new Hop(Leg.Kind.CONTAINER, 80))).isFalse();
    }

    @Test
    void aPortThatIsNotPublishedLeavesDockerProxyAlone() {
        Plan plan = Partition.of(TARGET).port(9121).plan(topology(BEST, redis(proxied("0.0.0.0", 32768))));

        assertThat(plan.effects()).hasSize(1);
        assertThat(plan.bypasses()).isEmpty();
    }

    @Test
    void oneWayIsSeenFromTheContainer() {
        assertThat(part(effect(Partition.of(TARGET).incomingOnly()), "traffic")).contains("\"flow\":\"INTO\"");
        assertThat(part(effect(Partition.of(TARGET).outgoingOnly()), "traffic")).contains("\"flow\":\"OUT_OF\"");
    }

    @Test
    void oneWayBetweenTwoIsTheSameWaySeenFromBoth() {
        List<Effect> effects = Partition.between(TARGET, OTHER)
                .outgoingOnly()
                .plan(topology(BEST, redis(), app(proxied("0.0.0.0", 8080))))
                .effects();

        assertThat(effects)
                .extracting(Effect::summary)
                .containsExactly(
                        "drop everything from \"redis\" to \"app\", in the container's namespace",
                        "drop everything to \"app\" from \"redis\", in the container's namespace",
                        "drop everything to \"app\" from \"redis\" at docker-proxy's 0.0.0.0:8080->6379/tcp");
        assertThat(part(effects.get(1), "traffic")).contains("\"flow\":\"INTO\"");
    }

    @Test
    void towardsMeansTheOthersPortsAndTheContainersOwnLegAlone() {
        Plan plan = Partition.of(TARGET)
                .port(5432)
                .protocol("tcp")
                .towards("10.0.0.0/8", "fd00::7")
                .plan(topology(BEST, redis(proxied("0.0.0.0", 32768))));

        assertThat(plan.effects()).hasSize(1);
        Effect effect = plan.effects().get(0);
        assertThat(part(effect, "traffic"))
                .isEqualTo("{\"peers\":[\"10.0.0.0/8\",\"fd00::7\"],\"transport\":\"tcp\",\"first\":5432,"
                        + "\"last\":5432,\"side\":\"OTHER\",\"flow\":\"BOTH\",\"published\":[]}");
        assertThat(effect.hits(new Hop(Leg.Kind.CONTAINER, 6379))).isFalse();
    }

    @Test
    void towardsIpv6IsRefusedWithoutIp6tables() {
        PacketFilter noIpv6 = new PacketFilter(Flavour.NFTABLES, false, Expiry.LEASE, true);

        assertThatThrownBy(() -> Partition.of(TARGET).towards("fd00::7").plan(topology(noIpv6, redis())))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("Partition[\"redis\" | fd00::7]", "Load the ip6_tables module");
    }

    @Test
    void groupsAreCutOffFromEachOtherAndNotInside() {
        List<Effect> effects = Partition.groups(List.of(List.of(TARGET, OTHER), List.of(THIRD)))
                .plan(topology(BEST, redis(), app(), resolved(THIRD, 300, Set.of("bridge"), List.of("172.17.0.4"))))
                .effects();

        assertThat(effects)
                .extracting(Effect::summary)
                .containsExactly(
                        "drop everything between \"redis\" and \"third\", in the container's namespace",
                        "drop everything between \"app\" and \"third\", in the container's namespace",
                        "drop everything between \"third\" and \"redis\", \"app\", in the container's namespace");
        assertThat(part(effects.get(2), "traffic")).contains("\"peers\":[\"172.17.0.2\",\"172.17.0.3\"]");
    }

    @Test
    void rejectingAndResettingAreOtherActions() {
        assertThat(part(effect(Partition.of(TARGET).rejecting()), "action")).contains("\"kind\":\"REJECT\"");
        assertThat(part(effect(Partition.of(TARGET).resetting()), "action")).contains("\"kind\":\"RESET\"");
    }

    @Test
    void rejectingIsRefusedWhereTheKernelCannot() {
        Topology topology = new Topology(
                List.of(redis()), new KernelFeatures("6.1.0", Optional.of(BEST), Set.of(Feature.STATISTIC)));

        assertThatThrownBy(() -> Partition.of(TARGET).rejecting().plan(topology))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("Partition[\"redis\", rejecting]", "has no xt_REJECT");
        assertThat(Partition.of(TARGET).plan(topology).effects()).hasSize(1);
    }

    @Test
    void isCalledByItsOptions() {
        assertThat(Partition.of(TARGET)
                        .ports(1, 9)
                        .protocol("udp")
                        .incomingOnly()
                        .rejecting()
                        .containerLegOnly())
                .hasToString("Partition[\"redis\", udp ports 1-9, incoming only, rejecting, container leg only]");
        assertThat(Partition.of(TARGET)
                        .towards("10.0.0.1", "10.0.0.2")
                        .outgoingOnly()
                        .resetting())
                .hasToString("Partition[\"redis\" | 10.0.0.1, 10.0.0.2, outgoing only, resetting]");
    }

    @Test
    void refusesWhatMakesNoSenseAndSaysWhatDoes() {
        Partition three = Partition.groups(List.of(List.of(TARGET), List.of(OTHER), List.of(THIRD)));

        assertThatThrownBy(three::incomingOnly)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Partition[\"redis\" | \"app\" | \"third\"] has more than two sides, so there is no single "
                        + "direction. Divide into two groups, or inject one partition for each pair.");
        assertThatThrownBy(() -> Partition.between(TARGET, OTHER).towards("10.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use towards(…) with Partition.of");
        assertThatThrownBy(() -> Partition.groups(List.of(List.of(TARGET), List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("at least two groups, each with a target", "use Partition.of");
        assertThatThrownBy(() -> Partition.groups(List.of(List.of(TARGET, OTHER), List.of(TARGET))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Name different containers");
        assertThatThrownBy(() -> Partition.of(TARGET).towards("redis"))
                .hasMessageStartingWith("\"redis\" is neither an IP address nor a network");
    }

    private static Effect effect(Partition partition) {
        return partition.plan(topology(BEST, redis())).effects().get(0);
    }
}
