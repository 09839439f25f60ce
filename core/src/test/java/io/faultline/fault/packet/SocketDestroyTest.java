package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.effect.Traffic;
import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PublishedPort;
import io.faultline.world.ResolvedTargets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SocketDestroyTest {

    private static final Ports TCP = Ports.ALL.withTransport("tcp");

    @Test
    void closesAllButWhatTheContainerSaysToItself() {
        assertThat(filter(container(Peers.everyone(), TCP)))
                .isEqualTo("not ( src 127.0.0.0/8 or src [::1] or dst 172.17.0.2 or dst [fd00::2] )\n");
    }

    @Test
    void choosesByTheOtherEndAndByPortsOfOneOrBoth() {
        Peers peers = Peers.of(List.of("10.0.0.0/8", "fd00::/64"));

        assertThat(filter(container(peers, TCP))).endsWith(" ) and ( dst 10.0.0.0/8 or dst [fd00::/64] )\n");
        assertThat(filter(container(Peers.everyone(), TCP.withRange(80, 90))))
                .endsWith(" ) and ( ( sport >= :80 and sport <= :90 ) )\n");
        assertThat(filter(container(Peers.everyone(), TCP.withRange(80, 80).withSide(Side.EITHER))))
                .endsWith(" ) and ( ( sport >= :80 and sport <= :80 ) or ( dport >= :80 and dport <= :80 ) )\n");
    }

    @Test
    void closesAtTheProxyWhatCameToItsPortsAndAddressesAlone() {
        assertThat(filter(proxy(
                        ResolvedTargets.proxied("0.0.0.0", 32768),
                        ResolvedTargets.proxied("::", 32768),
                        ResolvedTargets.proxied("127.0.0.1", 99))))
                .isEqualTo("src 0.0.0.0/0:32768 or src [::/0]:32768 or src 127.0.0.1:99\n");
        assertThat(filter(proxy(ResolvedTargets.proxied("fd00::1", 99)))).isEqualTo("src [fd00::1]:99\n");
    }

    @Test
    void closesTheProxysConnectionsBeforeItCanEndThemInGoodOrder() {
        assertThat(script(proxy(ResolvedTargets.proxied("0.0.0.0", 1))).apply())
                .satisfiesExactly(first -> assertThat(first).hasSize(1));
        assertThat(script(container(Peers.everyone(), TCP)).apply())
                .satisfiesExactly(
                        first -> assertThat(first).isEmpty(),
                        second -> assertThat(second).hasSize(1));
    }

    @Test
    void leavesNothingToUndo() {
        Script script = script(container(Peers.everyone(), TCP));

        assertThat(script.undo()).isEmpty();
        assertThat(script.counters()).isEmpty();
        assertThat(script.disarm()).isEmpty();
        assertThat(script.expires()).isFalse();
    }

    @Test
    void countsTheConnectionsThatWereClosedAtWhateverTime() {
        Readings readings = new Readings(
                List.of(
                        "",
                        "ESTAB 0 0 172.17.0.2:6379 172.17.0.1:40000\nESTAB 0 0 172.17.0.2:6379 172.17.0.1:40001\n",
                        "ESTAB 0\n"),
                List.of(),
                Optional.empty());

        assertThat(container(Peers.everyone(), TCP).evidence("tag", readings))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.RESET, 3, 3));
        assertThat(container(Peers.everyone(), TCP)
                        .evidence("tag", new Readings(List.of(""), List.of(), Optional.empty())))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.RESET, 0, 0));
    }

    @Test
    void hitsWhatLeadsToItsPorts() {
        SocketDestroy one = container(Peers.everyone(), TCP.withRange(6379, 6379));

        assertThat(one.hits(new Hop(Leg.Kind.CONTAINER, 6379))).isTrue();
        assertThat(one.hits(new Hop(Leg.Kind.CONTAINER, 80))).isFalse();
        assertThat(one.hits(new Hop(Leg.Kind.PROXY, 6379))).isFalse();
        assertThat(one.summary())
                .isEqualTo("reset tcp port 6379 between \"redis\" and everyone, in the container's namespace");
    }

    private static SocketDestroy container(Peers peers, Ports ports) {
        Leg leg = new Leg(Leg.Kind.CONTAINER, new NetworkNamespace(100, 1), List.of());
        return new SocketDestroy(
                "\"redis\"", leg, List.of("172.17.0.2", "fd00::2"), new Traffic(peers, ports, Flow.BOTH));
    }

    private static SocketDestroy proxy(PublishedPort... ports) {
        return new SocketDestroy(
                "\"redis\"",
                new Leg(Leg.Kind.PROXY, ResolvedTargets.HOST, List.of(ports)),
                List.of(),
                new Traffic(Peers.everyone(), TCP, Flow.BOTH));
    }

    private static Script script(SocketDestroy effect) {
        return effect.script("FAULTLINE-0a1b2c3d-7", Instant.EPOCH);
    }

    private static String filter(SocketDestroy effect) {
        return script(effect).arm().get(0).input();
    }
}
