package io.faultline.fault.stream;

import static io.faultline.observe.FailureClass.REFUSED;
import static io.faultline.observe.FailureClass.RESET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.observe.FailureClass;
import io.faultline.topology.StreamRoute;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.Network;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What a client at the other end of a proxied connection sees of each stream fault. */
@Testcontainers
class StreamFaultsDockerIT {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final DockerRun RUN = DockerRun.open();

    @Container
    private static final Peer PEER = new Peer();

    private final Faultline faultline = Faultline.in(RUN);
    private StreamRoute route;

    @BeforeEach
    void open() {
        route = faultline.through(PEER.target());
    }

    @AfterEach
    void close() {
        faultline.close();
    }

    @AfterAll
    static void end() {
        RUN.close();
    }

    @Test
    void leadsToTheTargetWithoutAFault() throws Exception {
        try (Line line = line()) {
            assertThat(line.echoes("hello")).isTrue();
        }
        assertThat(faultline.through(PEER.target(), Peer.PORT)).isEqualTo(route);
    }

    @Test
    void delaysWhatTheTargetSends() throws Exception {
        try (Line line = line()) {
            Injection injection = faultline.inject(SlowStream.of(PEER.target()).latency(ofMillis(300)));

            assertThat(took(() -> line.echoes("slow"))).isGreaterThanOrEqualTo(ofMillis(300));

            assertThat(injection.evidence().total(EvidenceUnit.STREAMED)).isPositive();
            injection.heal();
            assertThat(line.echoes("fast")).isTrue();
        }
    }

    @Test
    void delaysBothWays() throws Exception {
        try (Line line = line()) {
            faultline.inject(SlowStream.of(PEER.target()).latency(ofMillis(200)).bothWays());

            assertThat(took(() -> line.echoes("slow"))).isGreaterThanOrEqualTo(ofMillis(400));
        }
    }

    @Test
    void holdsToARate() throws Exception {
        try (Line line = line()) {
            faultline.inject(SlowStream.of(PEER.target()).kilobytesPerSecond(20));

            assertThat(took(() -> line.echoes("x".repeat(40_000)))).isGreaterThanOrEqualTo(ofMillis(1500));
        }
    }

    @Test
    void stallsAndClosesWhatStalledWhenItIsHealed() throws Exception {
        try (Line line = line()) {
            assertThat(line.echoes("before")).isTrue();
            Injection injection = faultline.inject(StalledStream.of(PEER.target()));

            assertThat(line.swallows("lost")).isTrue();
            try (Line fresh = line()) {
                assertThat(fresh.swallows("connects all the same")).isTrue();
            }

            assertThat(injection.heal().tookEffect()).isTrue();
            assertThat(line.eventually()).as("end of stream").isNull();
        }
        try (Line line = line()) {
            assertThat(line.echoes("new connections work")).isTrue();
        }
    }

    @Test
    void closesAfterSoManyBytes() throws Exception {
        try (Socket socket = connect()) {
            Injection injection =
                    faultline.inject(LimitedStream.of(PEER.target()).to(5));
            socket.getOutputStream().write("hello world\n".getBytes());

            assertThat(new String(socket.getInputStream().readAllBytes())).isEqualTo("hello");
            assertThat(injection.evidence().total(EvidenceUnit.CLOSED)).isPositive();
        }
    }

    @Test
    void handsOnInPieces() throws Exception {
        try (Socket socket = connect()) {
            faultline.inject(SlicedStream.of(PEER.target()).into(1).pausing(ofMillis(100)));
            socket.getOutputStream().write("12345678\n".getBytes());

            int reads = 0;
            for (int got = 0; got < 9; reads++) {
                got += socket.getInputStream().read(new byte[100]);
            }
            assertThat(reads).isGreaterThan(2); // a slow reader finds several pieces at once
        }
    }

    @Test
    void tellsAClosingLate() throws Exception {
        serveOnce(7101, "c.sendall(b'bye')");
        StreamRoute other = faultline.through(PEER.target(), 7101);
        Injection injection = faultline.inject(SlowCloseStream.of(PEER.target()).by(ofMillis(700)));
        try (Socket socket = patient(Peer.connect(other.host(), other.port()))) {
            assertThat(socket.getInputStream().readNBytes(3)).hasSize(3);

            assertThat(took(() -> socket.getInputStream().read() == -1)).isGreaterThan(ofMillis(350));
            assertThat(injection.evidence().total(EvidenceUnit.CLOSED)).isPositive();
        }
    }

    @Test
    void resetsWhatWasOpenedUnderIt() throws Exception {
        Injection injection = faultline.inject(ResetStream.of(PEER.target()).afterFirstData(ofMillis(50)));
        try (Socket socket = connect()) {
            socket.getOutputStream().write("hello\n".getBytes());

            assertThat(FailureClass.of(
                            catchThrowable(() -> socket.getInputStream().read())))
                    .isEqualTo(RESET);
            assertThat(injection.evidence().total(EvidenceUnit.RESET)).isPositive();
        }
    }

    @Test
    void closesInGoodOrderWhatWasOpenBeforeAReset() throws Exception {
        try (Socket socket = connect()) {
            Injection injection = faultline.inject(ResetStream.of(PEER.target()));
            socket.getOutputStream().write("hello\n".getBytes());

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(injection.evidence().total(EvidenceUnit.CLOSED)).isPositive();
        }
    }

    @Test
    void refusesConnectionsAndEndsThoseThatAreOpen() throws Exception {
        try (Line line = line()) {
            assertThat(line.echoes("before")).isTrue();
            Injection injection = faultline.inject(ClosedStream.of(PEER.target()));

            assertThat(line.eventually()).as("end of stream").isNull();
            long closed = injection.evidence().total(EvidenceUnit.CLOSED);
            assertThat(closed).isPositive();
            assertThat(FailureClass.of(catchThrowable(this::connect))).isEqualTo(REFUSED);
            assertThat(injection.evidence().total(EvidenceUnit.RESET)).isPositive();
            injection.heal();
        }
        try (Line line = line()) {
            assertThat(line.echoes("after")).isTrue();
        }
    }

    @Test
    void servesClientsInContainersOnTheTargetsNetworks() throws Exception {
        try (Network network = Network.newNetwork();
                Peer target = new Peer().withNetwork(network);
                Peer client = new Peer().withNetwork(network);
                Faultline inner = Faultline.in(RUN)) {
            target.start();
            client.start();
            StreamRoute inside = inner.through(target.target());
            assertThat(client.reaches(inside.networkHost(), inside.networkPort()))
                    .isTrue();
            try (Injection injection = inner.inject(ClosedStream.of(target.target()))) {
                assertThat(client.reaches(inside.networkHost(), inside.networkPort()))
                        .isFalse();
                assertThat(injection.evidence().total(EvidenceUnit.RESET)).isPositive();
            }
            assertThat(client.reaches(inside.networkHost(), inside.networkPort()))
                    .isTrue();
        }
        assertThat(PEER.reaches(route.networkHost(), route.networkPort()))
                .as("by its address on the default bridge")
                .isTrue();
    }

    @Test
    void doesNotBiteAnIdleClientWhateverItsKeepalivesSay() throws Exception {
        try (Socket socket = connect()) {
            socket.setKeepAlive(true);
            socket.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 1);
            socket.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
            Injection injection = faultline.inject(StalledStream.of(PEER.target()));

            socket.setSoTimeout(3000);
            catchThrowable(() -> socket.getInputStream().read());

            assertThatThrownBy(injection::close).isInstanceOf(NoEffectError.class);
        }
    }

    @Test
    void isLiftedAndRestoredAndGivenAnotherStrength() throws Exception {
        SlowStream slow = SlowStream.of(PEER.target());
        Injection injection = faultline.inject(slow.latency(ofSeconds(30)));
        injection.lift();
        try (Line line = line()) {
            assertThat(line.echoes("lifted")).isTrue();
            assertThat(injection.evidence().tookEffect())
                    .as("nothing was harmed")
                    .isFalse();
            injection.restore();
            assertThat(line.swallows("for half a minute")).isTrue();
            injection.retune(slow.latency(ofMillis(50)));
            assertThat(line.eventually()).isEqualTo("for half a minute");
            assertThat(injection.heal().tookEffect()).isTrue();
        }
    }

    private interface Act {
        boolean succeeds() throws IOException;
    }

    private static Duration took(Act act) throws IOException {
        long began = System.nanoTime();
        assertThat(act.succeeds()).isTrue();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static void serveOnce(int port, String python) throws Exception {
        ExecResult started = PEER.execInContainer(
                "sh",
                "-c",
                "rm -f /tmp/ready; python3 -c \"import socket; s = socket.create_server(('', " + port
                        + ")); print(flush=True); c, _ = s.accept(); " + python + "; c.close()\" > /tmp/ready &"
                        + " for i in $(seq 200); do [ -s /tmp/ready ] && exit; sleep 0.05; done; exit 1");
        assertThat(started.getExitCode()).as(started.getStderr()).isZero();
    }

    private Socket connect() throws IOException {
        return patient(Peer.connect(route.host(), route.port()));
    }

    private static Socket patient(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private Line line() throws IOException {
        return new Line(connect());
    }
}
