package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.app;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.resolved;
import static io.faultline.world.ResolvedTargets.served;
import static io.faultline.world.ResolvedTargets.topology;
import static io.faultline.world.Written.part;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Effect;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.Hop;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.PublishedPort.Service;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionTest {

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true);
    private static final PacketFilter NO_IPV6 = new PacketFilter(Flavour.NFTABLES, false, Expiry.LEASE, true);

    @Test
    void saysWhichProxiesTheContainerLegAloneLeavesUp() {
        Plan plan = Partition.of(TARGET)
                .containerLegOnly()
                .plan(topology(BEST, redis(proxied("0.0.0.0", 32768), served(Service.OUT_OF_REACH, "0.0.0.0", 80))));

        assertThat(plan.effects()).extracting(PartitionTest::leg).containsExactly(Leg.Kind.CONTAINER);
        assertThat(plan.bypasses())
                .containsExactly(
                        "docker-proxy answers at 0.0.0.0:32768->6379/tcp",
                        "the published port 0.0.0.0:80->6379/tcp is served outside the Docker engine's kernel");
    }

    @Test
    void cutsTwoTargetsOffFromEachOtherAtBothEndsAndAtBothProxies() {
        Plan plan = Partition.between(TARGET, OTHER)
                .plan(topology(BEST, redis(proxied("0.0.0.0", 32768)), app(proxied("0.0.0.0", 8080))));

        assertThat(plan.effects())
                .extracting(Effect::summary)
                .containsExactly(
                        "drop everything between \"redis\" and \"app\", in the container's namespace",
                        "drop everything between \"redis\" and \"app\" at docker-proxy's 0.0.0.0:32768->6379/tcp",
                        "drop everything between \"app\" and \"redis\", in the container's namespace",
                        "drop everything between \"app\" and \"redis\" at docker-proxy's 0.0.0.0:8080->6379/tcp");
        assertThat(plan.effects()).noneMatch(effect -> effect.hits(new Hop(leg(effect), 6379)));
        assertThat(part(plan.effects().get(0), "traffic")).contains("\"peers\":[\"172.17.0.3\"]");
        assertThat(part(plan.effects().get(2), "traffic")).contains("\"peers\":[\"172.17.0.2\"]");
    }

    @Test
    void needsNoSecondLegForAPortThatIsOnlyTranslated() {
        Plan plan = Partition.of(TARGET).plan(topology(BEST, redis(served(Service.NAT, "0.0.0.0", 32768))));

        assertThat(plan.effects()).extracting(PartitionTest::leg).containsExactly(Leg.Kind.CONTAINER);
        assertThat(plan.bypasses()).isEmpty();
    }

    @Test
    void refusesAPortOutOfReachAndNamesTheWayOut() {
        Topology topology = topology(BEST, redis(served(Service.OUT_OF_REACH, "0.0.0.0", 32768)));

        assertThatThrownBy(() -> Partition.of(TARGET).plan(topology))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessage("Cannot inject Partition[\"redis\"] on every leg: the published port "
                        + "0.0.0.0:32768->6379/tcp is served outside the Docker engine's kernel (Docker Desktop, or a "
                        + "rootless port driver), so a client on the host would keep its connection. Run the client in a "
                        + "container on the same network, or ask for containerLegOnly().");
    }

    @Test
    void refusesAnIpv6AddressWithoutIp6tables() {
        ResolvedTarget global = resolved(TARGET, 100, Set.of("bridge"), List.of("172.17.0.2", "fd00::2"));
        ResolvedTarget linkLocal = resolved(TARGET, 100, Set.of("bridge"), List.of("172.17.0.2", "fe80::2"));

        assertThatThrownBy(() -> Partition.of(TARGET).plan(topology(NO_IPV6, global)))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("fd00::2", "ip6tables does not work on this kernel", "Load the ip6_tables");
        assertThat(Partition.of(TARGET).plan(topology(NO_IPV6, linkLocal)).effects())
                .hasSize(1);
        assertThat(Partition.of(TARGET).plan(topology(BEST, global)).effects()).hasSize(1);
    }

    @Test
    void refusesAPortThatIsProxiedOverIpv6WithoutIp6tables() {
        Topology topology = topology(NO_IPV6, redis(proxied("0.0.0.0", 32768), proxied("::", 32768)));

        assertThatThrownBy(() -> Partition.of(TARGET).plan(topology))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("[::]:32768->6379/tcp", "containerLegOnly");
        assertThat(Partition.of(TARGET).containerLegOnly().plan(topology).effects())
                .hasSize(1);
    }

    @Test
    void refusesAKernelWithoutAPacketFilter() {
        Topology topology = new Topology(List.of(redis()), new KernelFeatures("6.1.0", Optional.empty(), Set.of()));

        assertThatThrownBy(() -> Partition.of(TARGET).plan(topology))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("Partition[\"redis\"]", "the kernel (6.1.0)", "faultline doctor");
    }

    @Test
    void refusesTargetsThatShareNoNetwork() {
        ResolvedTarget elsewhere = resolved(OTHER, 200, Set.of("backend"), List.of("172.18.0.2"));

        assertThatThrownBy(() -> Partition.between(TARGET, OTHER).plan(topology(BEST, redis(), elsewhere)))
                .isInstanceOf(TargetException.class)
                .hasMessageContainingAll(
                        "Partition[\"redis\" | \"app\"]: they share no network",
                        "\"redis\" is on [bridge]",
                        "\"app\" is on [backend]");
    }

    @Test
    void refusesATargetAndItselfUnderOneNameOrTwo() {
        ResolvedTarget again = new ResolvedTarget(
                OTHER,
                redis().containerId(),
                100,
                redis().namespace(),
                redis().attachments(),
                redis().interfaces(),
                List.of());

        assertThatThrownBy(() -> Partition.between(TARGET, TARGET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Name different containers");
        assertThatThrownBy(() -> Partition.between(TARGET, OTHER).plan(topology(BEST, redis(), again)))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("mean the same container");
    }

    @Test
    void refusesATargetWithoutAddressesInsteadOfCuttingOffEveryone() {
        ResolvedTarget lonely = resolved(OTHER, 200, Set.of("bridge"), List.of());

        for (Partition partition : List.of(Partition.between(TARGET, OTHER), Partition.between(OTHER, TARGET))) {
            assertThatThrownBy(() -> partition.plan(topology(BEST, redis(), lonely)))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("\"app\" has no address but loopback");
        }
    }

    private static Leg.Kind leg(Effect effect) {
        return ((PacketRules) effect).where().kind();
    }
}
