package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.HOST;
import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.resolved;
import static io.faultline.world.ResolvedTargets.topology;
import static io.faultline.world.Written.order;
import static io.faultline.world.Written.part;
import static io.faultline.world.Written.verb;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Effect;
import io.faultline.fault.Plan;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.ResolvedTarget;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the agent is told of a partition, to the letter. */
class PartitionOrderTest {

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true);

    @Test
    void cutsTheContainerAndEachProxiedPortOfBothFamilies() {
        Plan plan = Partition.of(TARGET)
                .plan(topology(BEST, redis(proxied("0.0.0.0", 32768), proxied("::", 32768), proxied("127.0.0.1", 99))));

        assertThat(plan.bypasses()).isEmpty();
        assertThat(plan.effects())
                .extracting(PartitionOrderTest::leg)
                .containsExactly(Leg.Kind.CONTAINER, Leg.Kind.PROXY);
        assertThat(((PacketRules) plan.effects().get(0)).namespace().inode()).isEqualTo(100);
        assertThat(((PacketRules) plan.effects().get(1)).namespace()).isEqualTo(HOST);
        assertThat(plan.effects()).allMatch(effect -> effect.hits(new Hop(leg(effect), 6379)));
        assertThat(verb(plan.effects().get(0))).isEqualTo("packets");
        assertThat(order(plan.effects().get(0)))
                .hasToString(
                        "{\"filter\":{\"flavour\":\"nftables\",\"ipv6\":true,\"expiry\":\"LEASE\",\"silent\":true},"
                                + "\"traffic\":{\"peers\":[],\"transport\":\"\",\"first\":0,\"last\":0,\"side\":\"OWN\","
                                + "\"flow\":\"BOTH\",\"published\":[]},"
                                + "\"action\":{\"kind\":\"DROP\",\"probability\":0.0,\"every\":0,\"positions\":[]},"
                                + "\"remember\":[\"ipv4\"]}");
        assertThat(part(plan.effects().get(1), "remember")).isEqualTo("[\"ipv4\",\"ipv6\"]");
        assertThat(part(plan.effects().get(1), "traffic"))
                .isEqualTo("{\"peers\":[],\"transport\":\"\",\"first\":0,\"last\":0,\"side\":\"OWN\",\"flow\":\"BOTH\","
                        + "\"published\":[{\"address\":\"0.0.0.0\",\"port\":32768,\"transport\":\"tcp\"},"
                        + "{\"address\":\"::\",\"port\":32768,\"transport\":\"tcp\"},"
                        + "{\"address\":\"127.0.0.1\",\"port\":99,\"transport\":\"tcp\"}]}");
    }

    @Test
    void speaksToTheFlavourThatWorksOfWhatItCan() {
        PacketFilter legacy = new PacketFilter(Flavour.IPTABLES_LEGACY, false, Expiry.DATESTOP, false);
        Effect effect =
                Partition.of(TARGET).plan(topology(legacy, redis())).effects().get(0);

        assertThat(part(effect, "filter"))
                .isEqualTo("{\"flavour\":\"iptables-legacy\",\"ipv6\":false,\"expiry\":\"DATESTOP\",\"silent\":false}");
    }

    @Test
    void namesEachAddressOfItsPeers() {
        ResolvedTarget dual = resolved(OTHER, 200, Set.of("bridge"), List.of("172.17.0.3", "fd00::3"));
        Effect effect = Partition.between(TARGET, OTHER)
                .plan(topology(BEST, redis(), dual))
                .effects()
                .get(0);

        assertThat(part(effect, "traffic")).contains("\"peers\":[\"172.17.0.3\",\"fd00::3\"]");
    }

    @Test
    void remembersFlowsOfTheFamiliesOverWhichItIsReached() {
        ResolvedTarget dual = resolved(OTHER, 200, Set.of("bridge"), List.of("172.17.0.3", "fd00::3"));
        PacketFilter ipv4Alone = new PacketFilter(Flavour.NFTABLES, false, Expiry.LEASE, true);

        assertThat(remembered(BEST, redis())).containsExactly("[\"ipv4\"]");
        assertThat(remembered(BEST, redis(proxied("0.0.0.0", 9)))).containsExactly("[\"ipv4\"]", "[\"ipv4\"]");
        assertThat(remembered(BEST, redis(proxied("::", 9)))).containsExactly("[\"ipv4\"]", "[\"ipv6\"]");
        assertThat(remembered(ipv4Alone, redis())).containsExactly("[\"ipv4\"]");
        assertThat(part(Partition.of(OTHER).plan(topology(BEST, dual)).effects().get(0), "remember"))
                .isEqualTo("[\"ipv4\",\"ipv6\"]");
    }

    private static List<String> remembered(PacketFilter filter, ResolvedTarget target) {
        return Partition.of(TARGET).plan(topology(filter, target)).effects().stream()
                .map(effect -> part(effect, "remember"))
                .toList();
    }

    private static Leg.Kind leg(Effect effect) {
        return ((PacketRules) effect).where().kind();
    }
}
