package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.app;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.resolved;
import static io.faultline.world.ResolvedTargets.topology;
import static io.faultline.world.Written.jumps;
import static io.faultline.world.Written.lines;
import static io.faultline.world.Written.rules;
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

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFT, true, Expiry.IPSET, true);
    private static final Target THIRD = Target.named("third");

    @Test
    void aPortIsCutAtTheContainerAndWhereDockerProxyLeadsToIt() {
        List<Effect> effects = Partition.of(TARGET)
                .port(6379)
                .protocol("tcp")
                .plan(topology(BEST, redis(proxied("0.0.0.0", 32768))))
                .effects();

        assertThat(jumps(effects.get(0), "iptables-nft"))
                .containsExactly(
                        "-I INPUT 1 ! -i lo -p tcp --dport 6379:6379 -m set --match-set TAG-4 src -j TAG-i",
                        "-I FORWARD 1 -p tcp --dport 6379:6379 -m set --match-set TAG-4 src -j TAG-f",
                        "-I OUTPUT 1 ! -o lo -p tcp --sport 6379:6379 -m set --match-set TAG-4 dst -j TAG-o",
                        "-I FORWARD 1 -p tcp --sport 6379:6379 -m set --match-set TAG-4 dst -j TAG-f");
        assertThat(jumps(effects.get(1), "iptables-nft"))
                .containsExactly(
                        "-I INPUT 1 -p tcp --dport 32768 -m set --match-set TAG-4 src -j TAG-i",
                        "-I OUTPUT 1 -p tcp --sport 32768 -m set --match-set TAG-4 dst -j TAG-o");
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
    void oneWayHasNoJumpTheOtherWay() {
        assertThat(jumps(effect(Partition.of(TARGET).incomingOnly()), "iptables-nft"))
                .containsExactly(
                        "-I INPUT 1 ! -i lo -m set --match-set TAG-4 src -j TAG-i",
                        "-I FORWARD 1 -m set --match-set TAG-4 src -j TAG-f");
        assertThat(jumps(effect(Partition.of(TARGET).outgoingOnly()), "iptables-nft"))
                .containsExactly(
                        "-I OUTPUT 1 ! -o lo -m set --match-set TAG-4 dst -j TAG-o",
                        "-I FORWARD 1 -m set --match-set TAG-4 dst -j TAG-f");
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
        assertThat(jumps(effects.get(1), "iptables-nft").get(0)).startsWith("-I INPUT ");
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
        assertThat(jumps(effect, "iptables-nft"))
                .contains(
                        "-I INPUT 1 ! -i lo -p tcp --sport 5432:5432 -m set --match-set TAG-4 src -j TAG-i",
                        "-I OUTPUT 1 ! -o lo -p tcp --dport 5432:5432 -m set --match-set TAG-4 dst -j TAG-o");
        assertThat(lines(effect, "ipset"))
                .contains(
                        "add FAULTLINE-0a1b2c3d-7-4 10.0.0.0/8 timeout 15 -exist",
                        "add FAULTLINE-0a1b2c3d-7-6 fd00::7 timeout 15 -exist");
        assertThat(effect.hits(new Hop(Leg.Kind.CONTAINER, 6379))).isFalse();
    }

    @Test
    void towardsIpv6IsRefusedWithoutIp6tables() {
        PacketFilter noIpv6 = new PacketFilter(Flavour.NFT, false, Expiry.IPSET, true);

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
        assertThat(lines(effects.get(2), "ipset"))
                .contains(
                        "add FAULTLINE-0a1b2c3d-7-4 172.17.0.2 timeout 15 -exist",
                        "add FAULTLINE-0a1b2c3d-7-4 172.17.0.3 timeout 15 -exist");
    }

    @Test
    void rejectingAndResettingAreOtherRulesInTheSameChains() {
        assertThat(rules(effect(Partition.of(TARGET).rejecting().incomingOnly()), "iptables-nft"))
                .contains("-A TAG-i -j REJECT --reject-with icmp-port-unreachable")
                .noneMatch(rule -> rule.contains("tcp-reset"));
        assertThat(rules(effect(Partition.of(TARGET).resetting()), "ip6tables-nft"))
                .contains(
                        "-A TAG-i -p tcp -j REJECT --reject-with tcp-reset",
                        "-A TAG-o -p tcp -j REJECT --reject-with tcp-reset",
                        "-A TAG-o -j REJECT --reject-with icmp6-port-unreachable");
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
