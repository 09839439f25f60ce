package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.Faultline;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.inject.Injection;
import io.faultline.observe.FailureClass;
import io.faultline.world.DualStack;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

/** What clients see of partitions that refuse: this JVM, through docker-proxy and straight to the container. */
class PartitionRefusalsDockerIT {

    private static final Network NETWORK = DualStack.network();
    private static final Peer PEER = new Peer().withNetwork(NETWORK);

    private static Faultline faultline;

    @BeforeAll
    static void open() {
        DualStack.start(PEER);
        faultline = Faultline.open();
    }

    @AfterAll
    static void close() {
        faultline.close();
        PEER.stop();
        NETWORK.close();
    }

    @Test
    void rejectingRefusesNewConnectionsAndStallsOpenOnes() throws Exception {
        assertThat(seenUnder(Partition::rejecting))
                .containsEntry("direct, new", "REFUSED")
                .containsEntry("direct, open", "TIMEOUT")
                .containsEntry("direct over IPv6, new", "REFUSED")
                .containsEntry("direct over IPv6, open", "TIMEOUT")
                .containsEntry("published, new", "REFUSED")
                .containsEntry("published, open", "TIMEOUT");
    }

    @Test
    void resettingEndsOpenConnectionsAsSoonAsTheySpeak() throws Exception {
        assertThat(seenUnder(Partition::resetting))
                .containsEntry("direct, new", "REFUSED")
                .containsEntry("direct, open", "RESET")
                .containsEntry("direct over IPv6, new", "REFUSED")
                .containsEntry("direct over IPv6, open", "RESET")
                .containsEntry("published, new", "REFUSED")
                .containsEntry("published, open", "RESET");
    }

    @Test
    void onTheContainersLegAloneDockerProxyAcceptsFirst() throws Exception {
        assertThat(seenUnder(partition -> partition.rejecting().containerLegOnly()))
                .containsEntry("direct, new", "REFUSED")
                .hasEntrySatisfying("published, new", PartitionRefusalsDockerIT::endedByTheProxy)
                .containsEntry("published, open", "TIMEOUT");
        assertThat(seenUnder(partition -> partition.resetting().containerLegOnly()))
                .containsEntry("direct, open", "RESET")
                .hasEntrySatisfying("published, new", PartitionRefusalsDockerIT::endedByTheProxy)
                .containsEntry("published, open", "EOF");
    }

    /** Whether the proxy has read what the client said before it closes makes the difference. */
    private static void endedByTheProxy(String fate) {
        assertThat(fate).isIn("RESET", "EOF");
    }

    @Test
    void droppingLetsAllTimeOut() throws Exception {
        assertThat(seenUnder(partition -> partition).values()).containsOnly("TIMEOUT");
    }

    @Test
    void oneWayTcpTimesOutEitherWay() throws Exception {
        assertThat(seenUnder(Partition::incomingOnly).values()).containsOnly("TIMEOUT");
        assertThat(seenUnder(Partition::outgoingOnly).values()).containsOnly("TIMEOUT");
    }

    @Test
    void aSenderInsideIsRefusedAsWell() throws Exception {
        try (Injection cut = faultline.inject(Partition.of(PEER.target()).rejecting())) {
            assertThat(PEER.python("socket.create_connection(('" + PEER.gateway() + "', 9), 5)"))
                    .contains("Connection refused");
            assertThat(cut.evidence().total(EvidenceUnit.REJECTED)).isPositive();
        }
    }

    private static Map<String, String> seenUnder(UnaryOperator<Partition> options) throws Exception {
        try (Line published = new Line(PEER.connectPublished());
                Line direct = new Line(PEER.connectDirectly());
                Line overIpv6 = new Line(Peer.connect(PEER.ipv6Address(), Peer.PORT))) {
            assertThat(published.echoes("before")).isTrue();
            assertThat(direct.echoes("before")).isTrue();
            assertThat(overIpv6.echoes("before")).isTrue();
            Map<String, String> seen = new TreeMap<>();
            try (Injection cut = faultline.inject(options.apply(Partition.of(PEER.target())))) {
                // Who asks first is refused: of ICMP errors the kernel sends a peer six at once, and then one a second,
                // and an
                // open connection that speaks has several in a row (icmp_ratelimit of ip-sysctl).
                seen.put("published, new", ofNew(PEER::connectPublished));
                seen.put("direct, new", ofNew(PEER::connectDirectly));
                seen.put("direct over IPv6, new", ofNew(PartitionRefusalsDockerIT::patientlyOverIpv6));
                seen.put("published, open", published.fateOf("speak"));
                seen.put("direct, open", direct.fateOf("speak"));
                seen.put("direct over IPv6, open", overIpv6.fateOf("speak"));
                assertThat(cut.evidence().tookEffect()).isTrue();
            }
            return seen;
        }
    }

    /** An ICMPv6 error that comes back at once is ignored; the one that answers the second SYN, a second later, is. */
    private static Socket patientlyOverIpv6() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(PEER.ipv6Address(), Peer.PORT), 2500);
        return socket;
    }

    private static String ofNew(Callable<Socket> connect) throws Exception {
        try (Line line = new Line(connect.call())) {
            return line.fateOf("speak");
        } catch (IOException e) {
            return FailureClass.of(e).name();
        }
    }
}
