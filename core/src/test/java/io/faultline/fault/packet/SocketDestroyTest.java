package io.faultline.fault.packet;

import static io.faultline.world.Written.order;
import static io.faultline.world.Written.part;
import static io.faultline.world.Written.verb;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.ActionState.Counted;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Traffic;
import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PublishedPort;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Told;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketDestroyTest {

    private static final Ports TCP = Ports.ALL.withTransport("tcp");

    @Test
    void tellsTheContainersAddressesForWhatItSaysToItself() {
        SocketDestroy effect = container(Peers.of(List.of("10.0.0.0/8")), TCP.withRange(80, 90));

        assertThat(verb(effect)).isEqualTo("destroy");
        assertThat(order(effect))
                .hasToString(
                        "{\"own\":[\"172.17.0.2\",\"fd00::2\"],\"traffic\":{\"peers\":[\"10.0.0.0/8\"],"
                                + "\"transport\":\"tcp\",\"first\":80,\"last\":90,\"side\":\"OWN\",\"flow\":\"BOTH\",\"published\":[]}}");
    }

    @Test
    void closesAtTheProxyWhatCameToItsPortsAndAddressesAlone() {
        assertThat(part(
                        proxy(ResolvedTargets.proxied("::", 32768), ResolvedTargets.proxied("127.0.0.1", 99)),
                        "traffic"))
                .endsWith("\"published\":[{\"address\":\"::\",\"port\":32768,\"transport\":\"tcp\"},"
                        + "{\"address\":\"127.0.0.1\",\"port\":99,\"transport\":\"tcp\"}]}");
    }

    @Test
    void countsTheConnectionsThatWereClosed() {
        assertThat(container(Peers.everyone(), TCP).evidence(Told.counted(new Counted(Direction.ANY, 3, 3))))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.RESET, 3, 3));
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
}
