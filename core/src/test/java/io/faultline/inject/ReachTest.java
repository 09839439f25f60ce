package io.faultline.inject;

import static io.faultline.world.ResolvedTargets.proxied;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.PausedContainer;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.StreamToxic;
import io.faultline.effect.Toxic;
import io.faultline.effect.Traffic;
import io.faultline.fault.packet.PacketAction;
import io.faultline.fault.packet.PacketRules;
import io.faultline.observe.Client;
import io.faultline.observe.TcpSocket;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.PublishedPort;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReachTest {

    private static final PacketFilter FILTER = new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true);
    private static final PublishedPort PUBLISHED = proxied("0.0.0.0", 32768);
    private static final ResolvedTarget REDIS = ResolvedTargets.redis(PUBLISHED);
    private static final Client JVM = new Client("this JVM", Optional.empty(), Optional.of(() -> Sockets.seen(0)));
    private static final Sockets DIRECT = Sockets.idle();
    private static final Sockets THROUGH_PROXY =
            Sockets.idle().from("127.0.0.1", 5).to("127.0.0.1", 32768);

    @Test
    void meetsWhatIsDoneToEverybodyOnItsOwnLegAndOnlyMissesAnswersFromBehindIt() {
        PacketRules container = rules(containerLeg(), Peers.everyone(), Ports.ALL, new PacketAction.Dropped());
        PacketRules proxy = rules(proxyLeg(), Peers.everyone(), Ports.ALL, new PacketAction.Dropped());

        assertThat(impacts(container, DIRECT)).containsExactly(Impact.SILENCES);
        assertThat(impacts(container, THROUGH_PROXY)).containsExactly(Impact.STOPS);
        assertThat(impacts(proxy, THROUGH_PROXY)).containsExactly(Impact.SILENCES);
        assertThat(impacts(proxy, DIRECT)).isEmpty();
    }

    @Test
    void meetsNothingOnTheWayToSomebodyElse() {
        PacketRules all = rules(containerLeg(), Peers.everyone(), Ports.ALL, new PacketAction.Dropped());

        assertThat(impacts(all, DIRECT.to("172.17.0.4", 6379))).isEmpty();
        assertThat(impacts(all, THROUGH_PROXY.to("127.0.0.1", 32769))).isEmpty();
    }

    @Test
    void meetsWhatIsDoneToItsOwnAddress() {
        PacketRules toMe =
                rules(containerLeg(), new Peers("me", List.of("172.17.0.1")), Ports.ALL, new PacketAction.Dropped());
        PacketRules toOthers =
                rules(containerLeg(), new Peers("app", List.of("172.17.0.3")), Ports.ALL, new PacketAction.Dropped());

        assertThat(impacts(toMe, DIRECT)).containsExactly(Impact.SILENCES);
        assertThat(impacts(toOthers, DIRECT)).isEmpty();
        assertThat(impacts(toMe, THROUGH_PROXY)).isEmpty(); // who asks there is docker-proxy
    }

    @Test
    void meetsWhatIsDoneToTheTargetsPortByTheNumberThatItHasInside() {
        Ports redis = Ports.ALL.withTransport("tcp").withRange(6379, 6379);

        for (Leg leg : List.of(containerLeg(), proxyLeg())) {
            Sockets connection = leg.kind() == Leg.Kind.PROXY ? THROUGH_PROXY : DIRECT;
            assertThat(impacts(rules(leg, Peers.everyone(), redis, new PacketAction.Dropped()), connection))
                    .containsExactly(Impact.SILENCES);
            assertThat(impacts(
                            rules(leg, Peers.everyone(), redis.withRange(6380, 6390), new PacketAction.Dropped()),
                            connection))
                    .isEmpty();
            assertThat(impacts(
                            rules(leg, Peers.everyone(), Ports.ALL.withTransport("udp"), new PacketAction.Dropped()),
                            connection))
                    .isEmpty();
        }
    }

    @Test
    void showsAsWhatIsDone() {
        assertThat(impacts(rules(containerLeg(), Peers.everyone(), Ports.ALL, new PacketAction.Rejected()), DIRECT))
                .containsExactly(Impact.REFUSES);
        assertThat(impacts(
                        rules(containerLeg(), Peers.everyone(), Ports.ALL, new PacketAction.LostAtRandom(0.5)), DIRECT))
                .containsExactly(Impact.DEGRADES);
    }

    @Test
    void meetsAPausedTargetOnEveryWay() {
        PausedContainer paused = new PausedContainer("redis", REDIS.containerId(), REDIS.namespace());

        assertThat(impacts(paused, DIRECT)).containsExactly(Impact.STOPS);
        assertThat(impacts(paused, THROUGH_PROXY)).containsExactly(Impact.STOPS);
    }

    @Test
    void meetsItInAConnectionOfItsOwnIfItIsTheTarget() {
        Client redis = new Client("\"redis\"", Optional.of(REDIS.containerId()), Optional.of(() -> Sockets.seen(0)));
        Sockets replicates = Sockets.idle().from("172.17.0.2", 50000).to("172.17.0.3", 6379);
        PacketRules toApp =
                rules(containerLeg(), new Peers("app", List.of("172.17.0.3")), Ports.ALL, new PacketAction.Dropped());
        PacketRules toItsPort = rules(
                containerLeg(),
                Peers.everyone(),
                Ports.ALL.withTransport("tcp").withRange(6379, 6379),
                new PacketAction.Dropped());

        assertThat(impacts(reach(toApp), replicates.socket(), redis)).containsExactly(Impact.SILENCES);
        assertThat(impacts(reach(toApp), replicates.socket(), JVM)).isEmpty();
        assertThat(impacts(reach(toApp), replicates.to("172.17.0.4", 6379).socket(), redis))
                .isEmpty();
        assertThat(impacts(reach(toItsPort), replicates.socket(), redis)).isEmpty();
        assertThat(reach(toApp).isOn(redis)).isTrue();
        assertThat(reach(toApp).isOn(JVM)).isFalse();
    }

    @Test
    void meetsAStreamFaultOnlyThroughItsProxy() {
        StreamRoute route = ResolvedTargets.stream(ResolvedTargets.TARGET, 6379);
        StreamToxic slow = new StreamToxic(
                route, StreamToxic.Way.UPSTREAM, new Toxic.Delayed(Duration.ofMillis(200), Duration.ZERO));
        Topology topology = ResolvedTargets.topology(FILTER, REDIS).with(List.of(route));
        Reach reach = new Reach(List.of(slow), topology);

        assertThat(impacts(reach, DIRECT.to("172.17.0.9", 8666).socket(), JVM)).containsExactly(Impact.DEGRADES);
        assertThat(impacts(reach, DIRECT.socket(), JVM)).isEmpty();
    }

    @Test
    void onlySilencesIfAllOfItDoes() {
        PacketRules drops = rules(containerLeg(), Peers.everyone(), Ports.ALL, new PacketAction.Dropped());
        PacketRules rejects = rules(proxyLeg(), Peers.everyone(), Ports.ALL, new PacketAction.Rejected());

        assertThat(reach(drops).onlySilences()).isTrue();
        assertThat(reach(drops, rejects).onlySilences()).isFalse();
    }

    private static Set<Impact> impacts(Effect effect, Sockets connection) {
        return impacts(reach(effect), connection.socket(), JVM);
    }

    private static Set<Impact> impacts(Reach reach, TcpSocket connection, Client client) {
        return reach.met(connection, client).stream().map(Reach.Met::impact).collect(Collectors.toSet());
    }

    private static Reach reach(Effect... effects) {
        return new Reach(List.of(effects), ResolvedTargets.topology(FILTER, REDIS));
    }

    private static PacketRules rules(Leg leg, Peers peers, Ports ports, PacketAction action) {
        return new PacketRules("redis", leg, FILTER, new Traffic(peers, ports, Traffic.Flow.BOTH), action);
    }

    private static Leg containerLeg() {
        return new Leg(Leg.Kind.CONTAINER, REDIS.namespace(), List.of());
    }

    private static Leg proxyLeg() {
        return new Leg(Leg.Kind.PROXY, ResolvedTargets.HOST, List.of(PUBLISHED));
    }
}
