package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.HOST;
import static io.faultline.world.ResolvedTargets.proxied;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.ActionState;
import io.faultline.effect.ActionState.Counted;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Peers;
import io.faultline.effect.Traffic;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.world.Told;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketRulesTest {

    private static final Peers FRIEND = new Peers("friend", List.of("172.17.0.3", "fd00::3"));
    private static final Peers STRANGER = new Peers("stranger", List.of("172.17.0.4"));

    @Test
    void countsEachDirectionAsTheAgentSaysInItsOwnUnit() {
        ActionState state = Told.counted(new Counted(Direction.IN, 3, 5), new Counted(Direction.FORWARDED, 0, 0));

        assertThat(drop(container(100), Peers.everyone()).evidence(state))
                .containsExactly(
                        new Count(Leg.Kind.CONTAINER, Direction.IN, EvidenceUnit.DROPPED, 3, 5),
                        new Count(Leg.Kind.CONTAINER, Direction.FORWARDED, EvidenceUnit.DROPPED, 0, 0));
    }

    @Test
    void overlapsWhereBothWouldStopTheSamePackets() {
        assertThat(drop(container(100), Peers.everyone()).overlaps(drop(container(100), FRIEND)))
                .isTrue();
        assertThat(drop(container(100), FRIEND).overlaps(drop(container(100), Peers.everyone())))
                .isTrue();
        assertThat(drop(container(100), FRIEND).overlaps(drop(container(100), FRIEND)))
                .isTrue();
        assertThat(drop(container(100), FRIEND).overlaps(drop(container(100), STRANGER)))
                .isFalse();
        assertThat(drop(container(100), Peers.everyone()).overlaps(drop(container(101), Peers.everyone())))
                .isFalse();
        assertThat(drop(proxy(1), Peers.everyone()).overlaps(drop(proxy(1), Peers.everyone())))
                .isTrue();
        assertThat(drop(proxy(1), Peers.everyone()).overlaps(drop(proxy(2), Peers.everyone())))
                .isFalse();
        assertThat(drop(proxy(1), Peers.everyone()).overlaps(drop(container(900), Peers.everyone())))
                .isFalse();
    }

    private static PacketRules drop(Leg leg, Peers peers) {
        return new PacketRules(
                "redis",
                leg,
                new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true),
                Traffic.with(peers),
                new PacketAction.Dropped());
    }

    private static Leg container(long inode) {
        return new Leg(Leg.Kind.CONTAINER, new NetworkNamespace(inode, 1), List.of());
    }

    private static Leg proxy(int port) {
        return new Leg(Leg.Kind.PROXY, HOST, List.of(proxied("0.0.0.0", port), proxied("::", port)));
    }
}
