package io.faultline.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Effect;
import io.faultline.effect.Flow;
import io.faultline.effect.Flow.What;
import io.faultline.effect.Flows;
import io.faultline.effect.Peers;
import io.faultline.effect.Traffic;
import io.faultline.fault.packet.PacketAction;
import io.faultline.fault.packet.PacketRules;
import io.faultline.observe.Client;
import io.faultline.observe.ClientNetwork;
import io.faultline.observe.ClientPorts;
import io.faultline.observe.SocketTable;
import io.faultline.observe.TcpSocket.Endpoint;
import io.faultline.observe.UdpSocket;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.PublishedPort;
import io.faultline.topology.ResolvedTarget;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Sockets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of {@code app}, of this JVM and of others to {@code redis}, which a fault harmed. */
class ClientFlowsTest {

    private static final long NOW = 1_000;
    private static final PublishedPort PUBLISHED = ResolvedTargets.proxied("0.0.0.0", 32768);
    private static final ResolvedTarget REDIS = ResolvedTargets.redis(PUBLISHED);
    private static final ResolvedTarget APP = ResolvedTargets.app();
    private static final Client CLIENT = new Client("\"app\"", Optional.of(APP.containerId()), Optional.empty());
    private static final Client JVM = new Client("this JVM", Optional.empty(), Optional.empty());
    private static final ClientNetwork ALONE = network(200, true, "172.17.0.3", "fe80::3", "127.0.0.1");
    private static final ClientNetwork SHARED = network(900, false, "172.17.0.1", "127.0.0.1");
    private static final Flow DATAGRAM = udp("172.17.0.3", "172.17.0.2");
    private static final Flow OF_HOST = udp("172.17.0.1", "172.17.0.2");
    private static final Flow REQUEST = tcp("172.17.0.3", What.ASKS);
    private static final PacketRules DROPS = rules(REDIS, new PacketAction.Dropped());
    private static final PacketRules REFUSES = rules(REDIS, new PacketAction.Reset());
    private static final PacketRules AT_PROXY =
            rules(Flavour.NFTABLES, new Leg(Leg.Kind.PROXY, ResolvedTargets.HOST, List.of(PUBLISHED)), DROPS.becomes());

    private final ClientPorts ports = new ClientPorts();

    @Test
    void knowsWhatAContainerThatIsAloneInItsNetworkHasSent() {
        assertThat(sent(ALONE, DROPS, DATAGRAM)).contains("its datagram to 172.17.0.2:6379 was dropped");
        assertThat(sent(ALONE, REFUSES, DATAGRAM)).contains("its datagram to 172.17.0.2:6379 was refused");
        assertThat(sent(ALONE, rules(REDIS, new PacketAction.LostAtRandom(0.5)), DATAGRAM))
                .contains("its datagram to 172.17.0.2:6379 was lost");
        assertThat(sent(ALONE, REFUSES, REQUEST))
                .contains("its request for a connection to 172.17.0.2:6379 was refused");
    }

    @Test
    void doesNotTakeForItsOwnWhatCameFromElsewhereOrLater() {
        assertThat(sent(ALONE, DROPS, udp("172.17.0.4", "172.17.0.2"), OF_HOST)).isEmpty();
        assertThat(of(ALONE, DROPS, DATAGRAM).first(NOW - 1)).isEmpty();
        assertThat(of(ALONE, DROPS, DATAGRAM).first(NOW)).isPresent();
    }

    /** Of an answer, an acknowledgment, or a FIN nobody knows whether the client itself does anything. */
    @Test
    void doesNotCountWhatElseItsKernelSends() {
        assertThat(sent(ALONE, REFUSES, tcp("172.17.0.3", What.OTHER))).isEmpty();
    }

    /** One that came and went between two looks; what happens on one that is seen its sockets tell. */
    @Test
    void countsWhatWasWrittenIntoAConnectionThatWasNeverSeen() {
        Flow written = tcp("172.17.0.3", What.DATA);
        Flow answered =
                new Flow("tcp", new Flow.End("172.17.0.3", 7000), new Flow.End("172.17.0.2", 40000), What.DATA, NOW);

        assertThat(sent(ALONE, REFUSES, written)).contains("what it wrote to 172.17.0.2:6379 was refused");
        assertThat(sent(ALONE, REFUSES, answered)).isEmpty();
        assertThat(sent(SHARED, REFUSES, tcp("172.17.0.1", What.DATA))).isEmpty();
        ports.look(NOW - 10, Sockets.seen(NOW - 9, Sockets.idle().from("172.17.0.3", 50000)));
        assertThat(sent(ALONE, REFUSES, written)).isEmpty();
        assertThat(of(ALONE, REFUSES, written).unknown()).isEmpty();
    }

    @Test
    void doesNotCountWhatIsForSomebodyElse() {
        assertThat(sent(ALONE, DROPS, udp("172.17.0.3", "172.17.255.255"))).isEmpty();
    }

    @Test
    void countsAnAnswerThatItsSocketWaitedFor() {
        assertThat(sent(ALONE, DROPS, answer(6379, 40000))).isEmpty();
        has(40000, true);
        assertThat(sent(ALONE, DROPS, answer(6379, 40000)))
                .contains("an answer to it from 172.17.0.2:6379 was dropped");
        assertThat(of(ALONE, DROPS, answer(6379, 40000)).first(NOW - 1)).isEmpty();
    }

    /** What a target sends to a client's own service is its question, and between two chosen ports nobody knows. */
    @Test
    void doesNotCountWhatMayBeAQuestionToTheClient() {
        look(List.of(socket(7000, true), socket(40000, true)));

        assertThat(sent(ALONE, DROPS, answer(40001, 7000))).isEmpty();
        assertThat(sent(ALONE, DROPS, answer(6379, 7000))).isEmpty();
        assertThat(sent(ALONE, DROPS, answer(40001, 40000))).isEmpty();
        assertThat(sent(ALONE, AT_PROXY, answer(40001, 40000))).isPresent(); // a port that the engine chose
    }

    /** The same address of one link is given again on another, and each has its own loopback. */
    @Test
    void doesNotTrustAddressesThatAreNotOneAlone() {
        assertThat(sent(ALONE, DROPS, udp("fe80::3", "172.17.0.2"))).isEmpty();
        assertThat(sent(ALONE, AT_PROXY, udp("127.0.0.1", "127.0.0.1"))).isEmpty();
        has(50000, true);
        assertThat(sent(SHARED, AT_PROXY, udp("127.0.0.1", "127.0.0.1"))).isPresent();
    }

    @Test
    void takesWhatIsHarmedAtDockerProxyForOneOfThePortsPackets() {
        assertThat(sent(ALONE, AT_PROXY, udp("172.17.0.3", "192.168.1.9"))).isPresent();
    }

    @Test
    void knowsWhatIsItsOwnByThePortWhereOthersSendFromTheSameAddress() {
        assertThat(sent(SHARED, DROPS, OF_HOST)).isEmpty();
        has(50001, true);
        assertThat(sent(SHARED, DROPS, OF_HOST)).isEmpty();
        has(50000, true);
        assertThat(sent(SHARED, DROPS, OF_HOST)).contains("its datagram to 172.17.0.2:6379 was dropped");
        assertThat(sent(SHARED, DROPS, DATAGRAM)).isEmpty();
        assertThat(sent(SHARED, REFUSES, tcp("172.17.0.1", What.ASKS))).isEmpty(); // the port is UDP's
    }

    @Test
    void doesNotTakeAPortForItsOwnThatOthersHaveToo() {
        look(List.of(socket(50000, true), socket(50000, false)));

        assertThat(sent(SHARED, DROPS, OF_HOST)).isEmpty();
    }

    @Test
    void countsWhatTheTargetItselfSendsIfItIsTheClientAndNotWhatIsSentToIt() {
        PacketRules onItself = rules(APP, new PacketAction.Dropped());

        assertThat(sent(ALONE, onItself, udp("172.17.0.3", "10.1.2.3"))).isPresent();
        assertThat(sent(ALONE, onItself, udp("10.1.2.3", "172.17.0.3"))).isEmpty();
        assertThat(new ClientFlows(
                                JVM,
                                reach(onItself),
                                harmed(onItself, udp("172.17.0.3", "10.1.2.3")),
                                Optional.of(ALONE),
                                ports)
                        .first(NOW))
                .isEmpty();
    }

    @Test
    void knowsNothingWhereItIsNotKnownWhereTheClientLives() {
        assertThat(new ClientFlows(CLIENT, reach(DROPS), harmed(DROPS, DATAGRAM), Optional.empty(), ports).first(NOW))
                .isEmpty();
    }

    @Test
    void saysWhichPacketFilterDoesNotRemember() {
        PacketRules forgets = rules(Flavour.IPTABLES_NFT, leg(REDIS), new PacketAction.Dropped());
        List<HarmedFlows> harmed = List.of(new HarmedFlows(forgets, Optional.empty()));

        assertThat(new ClientFlows(CLIENT, reach(forgets), harmed, Optional.of(ALONE), ports).unknown())
                .hasValueSatisfying(why -> assertThat(why).contains("is not known with iptables-nft here; nftables"));
        assertThat(of(ALONE, DROPS, DATAGRAM).unknown()).isEmpty();
        assertThat(of(ALONE, DROPS).unknown()).isEmpty();
    }

    @Test
    void saysThatThereMayHaveBeenMore() {
        List<HarmedFlows> harmed = List.of(new HarmedFlows(DROPS, Optional.of(new Flows(List.of(OF_HOST), true))));

        assertThat(new ClientFlows(CLIENT, reach(DROPS), harmed, Optional.of(ALONE), ports).unknown())
                .hasValueSatisfying(why -> assertThat(why).contains("not all are remembered"));
    }

    @Test
    void saysThatSomebodyAtTheClientsAddressAsked() {
        assertThat(of(SHARED, REFUSES, tcp("172.17.0.1", What.ASKS)).unknown())
                .hasValueSatisfying(why -> assertThat(why)
                        .startsWith("172.17.0.1:50000 sent something to 172.17.0.2:6379, but others send from that"));
        assertThat(of(SHARED, REFUSES, DATAGRAM).unknown()).isEmpty();
        assertThat(of(SHARED, REFUSES, tcp("172.17.0.1", What.OTHER)).unknown()).isEmpty();
        has(50000, true);
        assertThat(of(SHARED, DROPS, OF_HOST).unknown()).isEmpty();
    }

    @Test
    void saysThatADatagramMayHaveBeenAnAnswer() {
        Flow between =
                new Flow("udp", new Flow.End("172.17.0.3", 7000), new Flow.End("172.17.0.2", 40000), What.DATA, NOW);

        assertThat(of(ALONE, DROPS, between).first(NOW)).isEmpty();
        assertThat(of(ALONE, DROPS, between).unknown())
                .contains(
                        "172.17.0.3:7000 sent something to 172.17.0.2:40000, but by these ports it can have been an answer.");
    }

    @Test
    void knowsThatAConnectionIsReachedByOneOfItsOwnPacketsOnly() {
        Sockets connection = Sockets.idle().from("172.17.0.3", 50000);

        assertThat(canHaveReached(connection, NOW, tcp("172.17.0.3", What.OTHER)))
                .isTrue();
        assertThat(canHaveReached(connection, NOW, back())).isTrue();
        assertThat(canHaveReached(connection, NOW - 1, tcp("172.17.0.3", What.OTHER)))
                .isFalse();
        assertThat(canHaveReached(connection, NOW, DATAGRAM)).isFalse();
        assertThat(canHaveReached(connection, NOW, tcp("172.17.0.4", What.OTHER)))
                .isFalse();
        assertThat(canHaveReached(connection, NOW)).isFalse();
    }

    @Test
    void knowsOnlyThatSomethingWasHarmedBehindDockerProxy() {
        Sockets connection = Sockets.idle().from("127.0.0.1", 7).to("127.0.0.1", 32768);

        assertThat(canHaveReached(connection, NOW, tcp("172.17.0.1", What.OTHER)))
                .isTrue();
        assertThat(canHaveReached(connection, NOW - 1, tcp("172.17.0.1", What.OTHER)))
                .isFalse();
        assertThat(canHaveReached(connection, NOW)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"172.17.0.2", "127.0.0.1"})
    void doesNotExcludeWhatIsNotKnown(String peer) {
        Sockets connection = Sockets.idle().to(peer, 32768);
        List<HarmedFlows> full = List.of(new HarmedFlows(REFUSES, Optional.of(new Flows(List.of(), true))));
        List<HarmedFlows> forgotten = List.of(new HarmedFlows(REFUSES, Optional.empty()));

        for (List<HarmedFlows> harmed : List.of(full, forgotten, List.<HarmedFlows>of())) {
            assertThat(new ClientFlows(CLIENT, reach(REFUSES), harmed, Optional.of(ALONE), ports)
                            .canHaveReached(REFUSES, connection.socket(), NOW))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotExcludeWhatAnotherLegHasNotRemembered(boolean isKnown) {
        Sockets connection = Sockets.idle().to("127.0.0.1", 32768);
        List<HarmedFlows> harmed = List.of(
                new HarmedFlows(REFUSES, Optional.of(new Flows(List.of(), false))),
                new HarmedFlows(AT_PROXY, isKnown ? Optional.of(new Flows(List.of(), false)) : Optional.empty()));

        assertThat(new ClientFlows(CLIENT, reach(REFUSES, AT_PROXY), harmed, Optional.of(ALONE), ports)
                        .canHaveReached(REFUSES, connection.socket(), NOW))
                .isEqualTo(!isKnown);
    }

    private boolean canHaveReached(Sockets connection, long until, Flow... met) {
        return of(ALONE, REFUSES, met).canHaveReached(REFUSES, connection.socket(), until);
    }

    private Optional<String> sent(ClientNetwork from, PacketRules effect, Flow... met) {
        return of(from, effect, met).first(NOW);
    }

    private ClientFlows of(ClientNetwork from, PacketRules effect, Flow... met) {
        Client client = from.isOwn() ? CLIENT : JVM;
        return new ClientFlows(client, reach(effect), harmed(effect, met), Optional.of(from), ports);
    }

    private static List<HarmedFlows> harmed(PacketRules effect, Flow... met) {
        return List.of(new HarmedFlows(effect, Optional.of(new Flows(List.of(met), false))));
    }

    private static Reach reach(Effect... effects) {
        PacketFilter filter = DROPS.filter();
        boolean isOnApp = Arrays.stream(effects).anyMatch(effect -> effect.isOn(APP));
        return new Reach(List.of(effects), ResolvedTargets.topology(filter, isOnApp ? APP : REDIS));
    }

    private static PacketRules rules(ResolvedTarget on, PacketAction action) {
        return rules(Flavour.NFTABLES, leg(on), action);
    }

    private static PacketRules rules(Flavour flavour, Leg leg, PacketAction action) {
        return new PacketRules(
                "redis",
                leg,
                new PacketFilter(flavour, true, Expiry.LEASE, true),
                Traffic.with(Peers.everyone()),
                action);
    }

    private static Leg leg(ResolvedTarget on) {
        return new Leg(Leg.Kind.CONTAINER, on.namespace(), List.of());
    }

    private static Flow udp(String from, String to) {
        return new Flow("udp", new Flow.End(from, 50000), new Flow.End(to, 6379), What.DATA, NOW);
    }

    private static Flow answer(int from, int to) {
        return new Flow("udp", new Flow.End("172.17.0.2", from), new Flow.End("172.17.0.3", to), What.DATA, NOW);
    }

    private static Flow tcp(String from, What what) {
        return new Flow("tcp", new Flow.End(from, 50000), new Flow.End("172.17.0.2", 6379), what, NOW);
    }

    /** An answer on the connection of the client's port 50000. */
    private static Flow back() {
        return new Flow("tcp", new Flow.End("172.17.0.2", 6379), new Flow.End("172.17.0.3", 50000), What.DATA, NOW);
    }

    private static ClientNetwork network(long inode, boolean isOwn, String... addresses) {
        return new ClientNetwork(
                inode, Stream.of(addresses).map(ClientNetwork::address).collect(Collectors.toSet()), isOwn, 32768);
    }

    private void has(int port, boolean isClients) {
        look(List.of(socket(port, isClients)));
    }

    private void look(List<UdpSocket> sockets) {
        ports.look(NOW - 10, new SocketTable(List.of(), sockets, NOW - 9));
    }

    private static UdpSocket socket(int port, boolean isClients) {
        return new UdpSocket(new Endpoint("::", port), port, isClients);
    }
}
