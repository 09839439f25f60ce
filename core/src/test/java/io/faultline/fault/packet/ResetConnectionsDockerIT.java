package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import io.faultline.Faultline;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.topology.Leg;
import io.faultline.world.DualStack;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.Network;

/** What clients, the server, and those who are not meant see of a reset. */
@Timeout(120)
class ResetConnectionsDockerIT {

    private static final Network NETWORK = DualStack.network();
    private static final Peer PEER = new Peer().withNetwork(NETWORK);
    private static final Peer OTHER = new Peer().withNetwork(NETWORK);

    private static Faultline faultline;

    @BeforeAll
    static void open() {
        DualStack.start(PEER);
        DualStack.start(OTHER);
        faultline = Faultline.open();
    }

    @AfterAll
    static void close() {
        faultline.close();
        PEER.stop();
        OTHER.stop();
        NETWORK.close();
    }

    @Test
    void idleClientsSeeAResetOnEveryRouteAndNewConnectionsWorkAtOnce() throws Exception {
        try (Line published = echoing(PEER.connectPublished());
                Line direct = echoing(PEER.connectDirectly());
                Line overIpv6 = echoing(Peer.connect(PEER.ipv6Address(), Peer.PORT))) {
            try (Injection reset = faultline.inject(ResetConnections.of(PEER.target()))) {
                assertThat(published.fate()).isEqualTo("RESET");
                assertThat(direct.fate()).isEqualTo("RESET");
                assertThat(overIpv6.fate()).isEqualTo("RESET");
                assertThat(reset.evidence().counts())
                        .contains(new Count(Leg.Kind.PROXY, Direction.ANY, EvidenceUnit.RESET, 1, 1));
                assertThat(reset.evidence().total(EvidenceUnit.RESET))
                        .isBetween(3L, 4L); // docker-proxy may close its own first

                echoing(PEER.connectPublished()).close();
                echoing(PEER.connectDirectly()).close();
            }
        }
    }

    @Test
    void aPortThatIsPublishedOverIpv6IsResetToo() throws Exception {
        try (Line published = echoing(Peer.connect("::1", PEER.ipv6Port().orElseThrow()));
                Injection reset =
                        faultline.inject(ResetConnections.of(PEER.target()).port(Peer.PORT))) {
            assertThat(published.fate()).isEqualTo("RESET");
            assertThat(reset.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void onTheContainersLegAloneDockerProxyTurnsAResetIntoAnEnd() throws Exception {
        try (Line published = echoing(PEER.connectPublished());
                Injection reset =
                        faultline.inject(ResetConnections.of(PEER.target()).containerLegOnly())) {
            assertThat(published.fate()).isEqualTo("EOF");
            assertThat(reset.bypasses())
                    .anyMatch(way -> way.startsWith("docker-proxy holds the client's end at 0.0.0.0:"));
            assertThat(reset.evidence().counts())
                    .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.RESET, 1, 1));
        }
    }

    @Test
    void onlyOnePortOrOnlyOnePeerIsMeant() throws Exception {
        try (Line control = echoing(PEER.connectDirectly());
                Line data = new Line(Peer.connect(PEER.address(), Peer.TOLD_PORT))) {
            assertThat(data.answer("?")).isEmpty();
            try (Injection reset =
                    faultline.inject(ResetConnections.of(PEER.target()).port(Peer.TOLD_PORT))) {
                assertThat(data.fate()).isEqualTo("RESET");
                assertThat(control.echoes("still here")).isTrue();
                assertThat(reset.evidence().total()).isEqualTo(1);
            }
            for (String nobody : new String[] {OTHER.address(), "fd00:dead::/32", "198.51.100.0/24"}) {
                Injection elsewhere =
                        faultline.inject(ResetConnections.of(PEER.target()).towards(nobody));
                assertThat(control.echoes("still here")).isTrue();
                assertThat(elsewhere.evidence().total()).isZero();
                elsewhere.allowNoEffect().heal();
            }
            try (Injection reset =
                    faultline.inject(ResetConnections.of(PEER.target()).towards(PEER.gateway()))) {
                assertThat(control.fate()).isEqualTo("RESET");
                assertThat(reset.evidence().total()).isEqualTo(1);
            }
        }
    }

    @Test
    void theServerSeesThatItsConnectionWasAborted() throws Exception {
        try (Peer server = new Peer()) {
            server.start();
            try (Line idle = echoing(server.connectDirectly());
                    Injection reset = faultline.inject(ResetConnections.of(server.target()))) {
                assertThat(idle.fate()).isEqualTo("RESET");
                await().untilAsserted(() -> assertThat(server.getLogs())
                        .contains("ConnectionAbortedError: [Errno 103] Software caused connection abort"));
                assertThat(reset.evidence().tookEffect()).isTrue();
            }
        }
    }

    @Test
    void connectionsThatTheTargetItselfOpenedAreMeantAsWell() throws Exception {
        try (ServerSocket database = new ServerSocket(0)) {
            CompletableFuture<String> client = inside(
                    PEER,
                    "c = socket.create_connection(('" + PEER.gateway() + "', " + database.getLocalPort()
                            + ")); print(c.recv(9))");
            try (Line accepted = new Line(database.accept());
                    Injection reset = faultline.inject(ResetConnections.of(PEER.target()))) {
                assertThat(accepted.fate()).isEqualTo("RESET");
                assertThat(client.join()).contains("ConnectionAbortedError");
                assertThat(reset.evidence().tookEffect()).isTrue();
            }
        }
    }

    /** The number may be that of a connection that somebody else has for a moment. */
    private static ServerSocket listening(String address, int port) {
        return await().ignoreException(BindException.class)
                .until(() -> new ServerSocket(port, 1, InetAddress.getByName(address)), ServerSocket::isBound);
    }

    @Test
    void othersAndTheHostItselfKeepTheirConnections() throws Exception {
        int port = PEER.getMappedPort(Peer.PORT);
        try (Peer local = new Peer()
                .withCreateContainerCmdModifier(cmd -> cmd.getHostConfig()
                        .withPortBindings(new PortBinding(Binding.bindIp("127.0.0.1"), ExposedPort.tcp(Peer.PORT))))) {
            local.start();
            int localPort = local.getMappedPort(Peer.PORT);
            try (ServerSocket sameNumber = listening("127.0.0.2", localPort);
                    Line toIt = new Line(Peer.connect("127.0.0.2", localPort));
                    Socket accepted = sameNumber.accept();
                    Line toLocal = echoing(local.connectPublished());
                    Line toOther = echoing(OTHER.connectPublished());
                    Line otherDirectly = echoing(OTHER.connectDirectly());
                    Line meant = echoing(PEER.connectPublished())) {
                try (Injection reset = faultline.inject(ResetConnections.of(local.target()))) {
                    assertThat(toLocal.fate()).isEqualTo("RESET");
                    accepted.getOutputStream().write('\n');
                    assertThat(toIt.eventually()).isEmpty(); // an empty line, where a reset would have thrown
                    assertThat(meant.echoes("not meant yet, at " + port)).isTrue();
                    assertThat(reset.evidence().tookEffect()).isTrue();
                }
                try (Injection reset = faultline.inject(ResetConnections.of(PEER.target()))) {
                    assertThat(meant.fate()).isEqualTo("RESET");
                    assertThat(reset.evidence().tookEffect()).isTrue();
                }
                assertThat(toOther.echoes("still here")).isTrue();
                assertThat(otherDirectly.echoes("still here")).isTrue();
            }
        }
    }

    @Test
    void whatTheContainerSaysToItselfGoesOnAlsoByItsOwnAddress() throws Exception {
        CompletableFuture<String> itself = inside(
                PEER,
                "c = socket.create_connection(('" + PEER.address() + "', " + Peer.PORT
                        + ")); udp.bind(('', 7100)); udp.recv(9); c.send(b'still here\\n'); print(c.recv(99))");
        await().until(() ->
                PEER.execInContainer("grep", "-q", ":1BBC", "/proc/net/udp").getExitCode() == 0);

        try (Line other = echoing(PEER.connectDirectly());
                Injection reset = faultline.inject(ResetConnections.of(PEER.target()))) {
            assertThat(other.fate()).isEqualTo("RESET");
            PEER.python("udp.sendto(b'go', ('127.0.0.1', 7100))");
            assertThat(itself.join()).contains("still here");
            assertThat(reset.evidence().total()).isEqualTo(1);
        }
    }

    @Test
    void withoutAConnectionItNeverBitAndTimeWaitIsNone() throws Exception {
        try (Peer quiet = new Peer().withNetwork(NETWORK)) {
            quiet.start();
            assertThat(quiet.reaches(OTHER.address(), Peer.PORT)).isTrue();
            assertThat(timeWait(quiet)).isEqualTo("1");
            Injection reset = faultline.inject(ResetConnections.of(quiet.target()));

            assertThat(timeWait(quiet)).isEqualTo("1");
            assertThatThrownBy(reset::close)
                    .isInstanceOf(NoEffectError.class)
                    .hasMessageContaining("ResetConnections[\"peer\"] had no effect: 0 connections reset");
        }
    }

    private static String timeWait(Peer peer) throws Exception {
        return peer.execInContainer("sh", "-c", "cat /proc/net/tcp /proc/net/tcp6 | awk '$4 == \"06\"' | wc -l")
                .getStdout()
                .strip();
    }

    private static Line echoing(Socket socket) throws Exception {
        Line line = new Line(socket);
        assertThat(line.echoes("before")).isTrue();
        return line;
    }

    private static CompletableFuture<String> inside(Peer peer, String python) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return peer.python(python);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
