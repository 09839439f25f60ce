package io.faultline.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.ExposedPort;
import io.faultline.Faultline;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.fault.Fault;
import io.faultline.fault.packet.Partition;
import io.faultline.journal.Event.Kind;
import io.faultline.observe.Condition;
import io.faultline.topology.Target;
import io.faultline.verify.Experiment;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.Peer;
import io.faultline.world.Sidecar;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/** Clients of whom no look at their sockets shows that they met the fault: by UDP, and by a connection that is refused at once. */
@Timeout(120)
class ClientFlowsDockerIT {

    private static final Network NETWORK = Network.newNetwork();
    private static final Peer SERVER = onNetwork("server");
    private static final Peer CLIENT = onNetwork("client");
    private static final Peer NEIGHBOUR = onNetwork("neighbour");

    private static final String ASKS = "import socket; udp = socket.socket(type=socket.SOCK_DGRAM); udp.settimeout(1); "
            + "udp.sendto(b'x', ('server', " + Peer.PORT + ")); udp.recv(9)";

    private final Faultline faultline = Faultline.open();

    private static Peer onNetwork(String alias) {
        Peer peer = new Peer();
        peer.withNetwork(NETWORK).withNetworkAliases(alias);
        peer.withCreateContainerCmdModifier(
                cmd -> cmd.withExposedPorts(ExposedPort.tcp(Peer.PORT), ExposedPort.udp(Peer.PORT))
                        .getHostConfig()
                        .withPublishAllPorts(true));
        return peer;
    }

    @BeforeAll
    static void open() {
        Startables.deepStart(SERVER, CLIENT, NEIGHBOUR).join();
    }

    @AfterAll
    static void closeAll() {
        try (NETWORK) {
            SERVER.stop();
            CLIENT.stop();
            NEIGHBOUR.stop();
        }
    }

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    void aContainersDatagramsAreItsOwn() {
        during(Partition.of(SERVER.target()), CLIENT)
                .expect("it is not answered", () -> !CLIENT.hearsUdpEchoOf(SERVER.address()))
                .within(Duration.ofSeconds(20));

        assertThat(attribution()).isEqualTo("its datagram to " + SERVER.address() + ":7000 was dropped");
    }

    @Test
    void aNeighboursDatagramsAreNot() {
        Experiment experiment = during(Partition.of(SERVER.target()), CLIENT);

        assertThatThrownBy(() -> experiment
                        .expect("a neighbour is not answered", () -> !NEIGHBOUR.hearsUdpEchoOf(SERVER.address()))
                        .within(Duration.ofSeconds(20)))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("nothing of the client's met the fault by then");
    }

    @Test
    void aContainersConnectionThatIsRefusedAtOnceIsItsOwn() {
        during(Partition.of(SERVER.target()).resetting(), CLIENT)
                .expect("it is refused", () -> !CLIENT.reaches(SERVER.address(), Peer.PORT))
                .within(Duration.ofSeconds(20));

        assertThat(attribution())
                .matches("its (request for a )?connection to " + SERVER.address() + ":7000 (was refused|asks .*)");
    }

    @Test
    void aNeighboursConnectionThatIsRefusedAtOnceIsNot() {
        Experiment experiment = during(Partition.of(SERVER.target()).resetting(), CLIENT);

        assertThatThrownBy(() -> experiment
                        .expect("a neighbour is refused", () -> !NEIGHBOUR.reaches(SERVER.address(), Peer.PORT))
                        .within(Duration.ofSeconds(20)))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("nothing of the client's met the fault by then");
    }

    /** What shares a network with the client has its address, and not its sockets. */
    @Test
    void theDatagramsOfWhoSharesItsNetworkAreNot() {
        try (Sidecar sharing = Sidecar.of(NEIGHBOUR)) {
            sharing.start();
            Experiment experiment = during(Partition.of(SERVER.target()), NEIGHBOUR);

            assertThatThrownBy(() -> experiment
                            .expect(
                                    "a sidecar is not answered",
                                    () -> sharing.execInContainer("python3", "-c", ASKS)
                                                    .getExitCode()
                                            != 0)
                            .within(Duration.ofSeconds(20)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("others send from that address as well");
        }
    }

    @Test
    void thisJvmsDatagramsThroughDockerProxyAreItsOwn() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            int port = published();
            faultline
                    .during(Partition.of(SERVER.target()))
                    .expect("it is not answered", isUnanswered(socket, "127.0.0.1", port))
                    .within(Duration.ofSeconds(20));

            assertThat(attribution())
                    .isIn(
                            "its datagram to 127.0.0.1:" + port + " was dropped",
                            "an answer to it from 127.0.0.1:" + port + " was dropped");
        }
    }

    @Test
    void whoseDatagramsTheyWereIsNotKnownWithIptables() {
        try (DockerRun run = DockerRun.open(RequestedFilter.IPTABLES);
                Faultline byIptables = Faultline.in(run)) {
            Experiment experiment =
                    byIptables.during(Partition.of(SERVER.target())).client(CLIENT.target());

            assertThatThrownBy(() -> experiment
                            .expect("it is not answered", () -> !CLIENT.hearsUdpEchoOf(SERVER.address()))
                            .within(Duration.ofSeconds(20)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("is not known with iptables-");
        }
    }

    private Experiment during(Fault fault, Peer client) {
        return faultline.during(fault).client(target(client));
    }

    private static Target target(GenericContainer<?> container) {
        return Faultline.target("client", container);
    }

    private static int published() {
        return Integer.parseInt(SERVER.getContainerInfo()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(ExposedPort.udp(Peer.PORT))[0]
                .getHostPortSpec());
    }

    /** Twice: the first datagram may have gone out while the fault was put into force, and have passed the first of its legs. */
    private static Condition isUnanswered(DatagramSocket socket, String address, int port) throws IOException {
        socket.setSoTimeout(500);
        return () -> !isAnswered(socket, address, port) && !isAnswered(socket, address, port);
    }

    private static boolean isAnswered(DatagramSocket socket, String address, int port) throws IOException {
        socket.send(new DatagramPacket(new byte[] {'x'}, 1, new InetSocketAddress(address, port)));
        try {
            socket.receive(new DatagramPacket(new byte[9], 9));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** What the last verdict rests on. */
    private String attribution() {
        return faultline.journal().events().stream()
                .filter(event -> event.kind() == Kind.VERDICT)
                .map(event -> event.facts().getOrDefault("attribution", ""))
                .reduce("", (earlier, later) -> later);
    }
}
