package io.faultline.fault.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.effect.Count.Direction;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.ClashException;
import io.faultline.inject.Injection;
import io.faultline.junit.FaultlineTest;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.TargetException;
import io.faultline.world.DualStack;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.testcontainers.containers.Network;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** How fast data pass, measured at the other end; on any kernel that can hold a rate. */
@Testcontainers
@FaultlineTest
@Isolated("it measures how long data take")
class BandwidthDockerIT {

    private static final int BYTES = 500_000;
    private static final double FRAMES = BYTES * 1514.0 / 1448; // with the headers of TCP, IP and Ethernet
    private static final int IN_FLIGHT = 16_384; // less than can wait, so that nothing is dropped and sent twice
    private static final BitRate RATE = BitRate.mbit(1);
    private static final double SECONDS = FRAMES * 8 / RATE.bitsPerSecond();

    @Container
    private final Peer peer = new Peer();

    @Test
    void holdsWhatTheTargetSendsToItsRate(Faultline faultline) throws Exception {
        assertThat(secondsToSend()).isLessThan(SECONDS / 2);
        try (Injection injection =
                faultline.inject(Bandwidth.of(peer.target(), RATE).outgoingOnly())) {
            requireAbout(SECONDS, this::secondsToSend);
            assertThat(secondsToReceive()).isLessThan(SECONDS / 2);
            assertThat(injection.evidence().counts()).singleElement().satisfies(count -> {
                assertThat(count.direction()).isEqualTo(Direction.OUT);
                assertThat(count.number()).isGreaterThan(BYTES / 1448);
            });
        }
        assertThat(secondsToSend()).isLessThan(SECONDS / 2);
    }

    @Test
    void holdsWhatTheTargetReceivesToItsRate(Faultline faultline) throws Exception {
        assertThat(secondsToReceive()).isLessThan(SECONDS / 2);
        try (Injection injection =
                faultline.inject(Bandwidth.of(peer.target(), RATE).incomingOnly())) {
            requireAbout(SECONDS, this::secondsToReceive);
            assertThat(secondsToSend()).isLessThan(SECONDS / 2);
            assertThat(injection.evidence().total()).isGreaterThan(BYTES / 1448);
        }
        assertThat(secondsToReceive()).isLessThan(SECONDS / 2);
    }

    @Test
    void holdsEachWayByItself(Faultline faultline) throws Exception {
        try (Injection injection = faultline.inject(CompositeFault.of(
                Bandwidth.of(peer.target(), RATE).outgoingOnly(),
                Bandwidth.of(peer.target(), BitRate.mbit(2)).incomingOnly()))) {
            requireAbout(SECONDS, this::secondsToSend);
            requireAbout(SECONDS / 2, this::secondsToReceive);
            assertThat(injection.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void leavesWhatIsNotMeantAlone(Faultline faultline) throws Exception {
        Bandwidth elsewhere = Bandwidth.of(peer.target(), RATE).towards("192.0.2.7", "2001:db8::/32");
        try (Injection injection = faultline.inject(elsewhere).allowNoEffect()) {
            assertThat(secondsToSend()).isLessThan(SECONDS / 2);
            assertThat(secondsToReceive()).isLessThan(SECONDS / 2);
            assertThat(injection.evidence().tookEffect()).isFalse();
        }
        try (Injection injection =
                faultline.inject(Bandwidth.of(peer.target(), RATE).towards(peer.gateway()))) {
            requireAbout(SECONDS, this::secondsToSend);
            requireAbout(SECONDS, this::secondsToReceive);
            assertThat(injection.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void isLiftedRestoredAndTurnedIntoAnotherRate(Faultline faultline) throws Exception {
        try (Injection injection = faultline.inject(Bandwidth.of(peer.target(), RATE))) {
            injection.lift();
            assertThat(secondsToSend()).isLessThan(SECONDS / 2);
            injection.restore();
            requireAbout(SECONDS, this::secondsToSend);
            injection.retune(Bandwidth.of(peer.target(), BitRate.mbit(2)));
            requireAbout(SECONDS / 2, this::secondsToSend);
            assertThat(injection.evidence().invalidated()).isEmpty();
        }
    }

    @Test
    void isRefusedWhereSomebodyElseShapesAlready(Faultline faultline) {
        try (Rules rules = Rules.of(peer)) {
            rules.run("tc qdisc add dev eth0 root handle 8001: tbf rate 10mbit burst 10kb latency 50ms");
            rules.run("tc qdisc add dev eth0 ingress");
            List<String> before = rules.all();

            assertThatThrownBy(() -> faultline.inject(Bandwidth.of(peer.target(), RATE)))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("eth0 of \"peer\" has a root qdisc of its own (tbf 8001:)")
                    .hasMessageContaining("tc qdisc del dev eth0 root");
            assertThatThrownBy(() ->
                            faultline.inject(Bandwidth.of(peer.target(), RATE).incomingOnly()))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("eth0 of \"peer\" has an ingress qdisc of its own (ingress ffff:)");
            assertThat(rules.all()).isEqualTo(before);
        }
    }

    @Test
    void clashesWithAnotherOnTheSameInterfaceAndDirection(Faultline faultline) throws Exception {
        try (Injection first =
                faultline.inject(Bandwidth.of(peer.target(), RATE).outgoingOnly())) {
            assertThatThrownBy(() ->
                            faultline.inject(Bandwidth.of(peer.target(), RATE).bothWays()))
                    .isInstanceOf(ClashException.class)
                    .hasMessageContaining("inject both as one");
            try (Injection other =
                    faultline.inject(Bandwidth.of(peer.target(), RATE).incomingOnly())) {
                requireAbout(SECONDS, this::secondsToReceive);
                assertThat(other.evidence().tookEffect()).isTrue();
            }
            requireAbout(SECONDS, this::secondsToSend);
            assertThat(first.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void letsNeighboursBeFoundHoweverSlowItIs(Faultline faultline) throws Exception {
        try (Rules rules = Rules.of(peer);
                Injection injection = faultline.inject(Bandwidth.of(peer.target(), BitRate.kbit(1)))) {
            rules.run("ip neigh flush dev eth0");

            peer.pings(peer.gateway()); // which may take longer than it waits
            assertThat(rules.run("ip neigh show dev eth0")).contains("REACHABLE");
            assertThat(injection.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void meansIpv6AsItMeansIpv4(Faultline faultline) throws Exception {
        try (Network network = DualStack.network();
                Peer dual = DualStack.start(new Peer().withNetwork(network))) {
            Bandwidth slow = Bandwidth.of(dual.target(), BitRate.kbit(64)).incomingOnly();
            String text = "x".repeat(20_000);
            try (Line line = new Line(Peer.connect(dual.ipv6Address(), Peer.PORT))) {
                try (Injection injection = faultline.inject(slow.port(Peer.PORT).protocol("tcp"))) {
                    long began = System.nanoTime();
                    assertThat(line.echoes(text)).isTrue();
                    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1200));
                    assertThat(injection.evidence().tookEffect()).isTrue();
                }
                try (Injection injection =
                        faultline.inject(slow.port(Peer.PORT + 1)).allowNoEffect()) {
                    long began = System.nanoTime();
                    assertThat(line.echoes(text)).isTrue();
                    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1200));
                    assertThat(injection.evidence().tookEffect()).isFalse();
                }
            }
        }
    }

    @Test
    void namesTheWayOutWhereTheKernelHasNoNetem(Faultline faultline) {
        Latency latency = Latency.of(peer.target(), Duration.ofMillis(200)).jitter(Duration.ofMillis(50));
        try (DockerRun run = DockerRun.open()) {
            assumeFalse(run.kernel().has(Feature.NETEM), "this kernel has netem");

            assertThatThrownBy(() -> faultline.inject(latency))
                    .isInstanceOf(ImpossibleFaultException.class)
                    .hasMessageStartingWith("Cannot inject Latency[\"peer\", 200 ms ± 50 ms]: the kernel (")
                    .hasMessageContaining("has no sch_netem")
                    .hasMessageContaining("SlowStream (Toxiproxy)");
        }
    }

    /** Within a tenth: never less, and once in six times not more, since a busy machine can only be slower. */
    private static void requireAbout(double seconds, Callable<Double> measured) throws Exception {
        List<Double> times = new ArrayList<>();
        do {
            times.add(measured.call());
        } while (times.size() < 6 && times.get(times.size() - 1) > seconds * 1.1);

        assertThat(times)
                .as("about %s s", seconds)
                .allMatch(each -> each > seconds * 0.9)
                .anyMatch(each -> each < seconds * 1.1);
    }

    private double secondsToSend() throws Exception {
        return seconds("s.sendall(b'x' * " + BYTES + "); s.shutdown(1)", false);
    }

    private double secondsToReceive() throws Exception {
        return seconds("[None for _ in iter(lambda: s.recv(65536), b'')]; s.sendall(b'y')", true);
    }

    /** From the connection to the last byte, as seen by this JVM. */
    private double seconds(String python, boolean sending) throws Exception {
        try (ServerSocket here = new ServerSocket(0)) {
            CompletableFuture<Double> measured = CompletableFuture.supplyAsync(() -> measure(here, sending));
            peer.python("s = socket.create_connection(('" + peer.gateway() + "', " + here.getLocalPort()
                    + ")); s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, " + IN_FLIGHT + "); " + python
                    + "; s.recv(1)");
            return measured.get();
        }
    }

    private static double measure(ServerSocket here, boolean sending) {
        try (Socket socket = here.accept();
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream()) {
            socket.setSendBufferSize(IN_FLIGHT);
            long began = System.nanoTime();
            if (sending) {
                out.write(new byte[BYTES]);
                socket.shutdownOutput();
            }
            in.readAllBytes();
            return (System.nanoTime() - began) / 1e9;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
