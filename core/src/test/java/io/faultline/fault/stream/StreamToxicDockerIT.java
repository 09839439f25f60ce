package io.faultline.fault.stream;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import eu.rekawek.toxiproxy.model.Toxic;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import io.faultline.fault.Fault;
import io.faultline.inject.ClashException;
import io.faultline.inject.Evidence;
import io.faultline.inject.HealFailedException;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.journal.Event;
import io.faultline.topology.StreamRoute;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.Freezer;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What every effect must prove of its undo, for those that a proxy carries out; seen by a client of its own. */
@Testcontainers
class StreamToxicDockerIT {

    @org.testcontainers.junit.jupiter.Container
    private static final Peer PEER = new Peer();

    private final DockerClient docker = DockerClientFactory.instance().client();
    private final DockerRun run = DockerRun.open();
    private final Faultline faultline = Faultline.in(run);
    private StreamRoute route;
    private List<String> before;

    @BeforeEach
    void look() throws IOException {
        route = faultline.through(PEER.target());
        before = state();
    }

    @AfterEach
    void close() {
        try (run) {
            faultline.close();
        }
        assertThat(proxies()).isEmpty();
    }

    @Test
    void bitesAndHealsToExactlyTheStateBefore() throws Exception {
        for (Fault fault : List.of(
                slow().jitter(ofMillis(10)).kilobytesPerSecond(1000).bothWays(),
                SlicedStream.of(PEER.target()).into(3))) {
            try (Injection injection = faultline.inject(fault)) {
                assertThat(state()).isNotEqualTo(before);
                work();
                assertThat(injection.evidence().tookEffect()).isTrue();
            }
            assertThat(state()).isEqualTo(before);
        }
        try (Injection injection = faultline.inject(ClosedStream.of(PEER.target()))) {
            assertThat(state()).isNotEqualTo(before);
            injection.allowNoEffect();
        }
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void healsTwiceAsIfOnce() throws Exception {
        Injection injection = faultline.inject(slow());
        work();
        Evidence evidence = injection.heal();

        assertThat(evidence.tookEffect()).isTrue();
        assertThat(injection.heal()).isEqualTo(evidence);
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void leavesTheToxicsOfOthersAlone() throws Exception {
        proxy().toxics().bandwidth("theirs", ToxicDirection.UPSTREAM, 1000);
        List<String> theirs = state();
        try (Injection injection =
                faultline.inject(slow().kilobytesPerSecond(500).bothWays())) {
            work();
            assertThat(injection.evidence().tookEffect()).isTrue();
        }
        assertThat(state()).isEqualTo(theirs);
    }

    @Test
    void trustsNoEvidenceIfSomebodyRemovedAPart() throws Exception {
        Injection injection = faultline.inject(slow());
        work();
        proxy().toxics().getAll().get(0).remove();
        injection.allowNoEffect(); // nor has it, for all that anybody can trust

        assertThat(injection.evidence().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("removed by somebody else"));
        assertThat(injection.heal().tookEffect()).isFalse();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void trustsNoEvidenceOfAProxyThatDied() throws Exception {
        Injection injection = faultline.inject(slow());
        work();
        docker.killContainerCmd(route.proxy().name()).exec();

        assertThat(injection.evidence().invalidated()).isPresent();
        injection.allowNoEffect().heal();
        StreamRoute next = faultline.through(PEER.target());
        try (Line line = new Line(Peer.connect(next.host(), next.port()))) {
            assertThat(line.echoes("by another proxy")).isTrue();
        }
    }

    @Test
    void endsByItselfWhenItsTimeIsUp() throws Exception {
        Injection injection = faultline.inject(slow().lasting(ofMillis(200)));
        work();
        for (long giveUp = System.nanoTime() + ofSeconds(20).toNanos();
                !state().equals(before) && System.nanoTime() < giveUp; ) {
            Thread.onSpinWait();
        }
        assertThat(state()).isEqualTo(before);
        injection.heal();
    }

    @Test
    @Timeout(60)
    void removesAProxyWhoseControlHangs() throws Exception {
        Faultline failing = Faultline.in(run);
        Injection injection = failing.inject(slow());
        work();
        Freezer.pause(docker, route.proxy().name());

        assertThatThrownBy(injection::heal)
                .isInstanceOf(HealFailedException.class)
                .hasMessageContaining("gave no answer within 5000 ms, 2 times")
                .hasMessageContaining("Call faultline.through(target) again")
                .hasMessageNotContaining("kernel ends it");
        assertThat(proxies()).isEmpty();
        assertThat(faultline.through(PEER.target())).isNotEqualTo(route);
        assertThatThrownBy(failing::close)
                .as("nobody ends green who swallowed it")
                .isInstanceOf(HealFailedException.class);
    }

    @Test
    @Timeout(90)
    void doesNotHangWithToxiproxyWhenAClientDoesNotReadWhatItIsSent() throws Exception {
        PEER.execInContainer(
                "sh",
                "-c",
                "python3 -c \"import socket; s = socket.create_server(('', 7109)); print(flush=True)\n"
                        + "while True: c, _ = s.accept(); c.settimeout(60); c.sendall(b'x' * 200000000)\" > /tmp/bulk &"
                        + " for i in $(seq 200); do [ -s /tmp/bulk ] && exit; sleep 0.05; done; exit 1");
        Faultline failing = Faultline.in(run);
        StreamRoute bulk = failing.through(PEER.target(), 7109);
        Injection injection = failing.inject(SlowStream.of(PEER.target()).kilobytesPerSecond(1_000_000));
        try (Socket socket = Peer.connect(bulk.host(), bulk.port())) {
            assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
            awaitFullBuffers(socket);

            assertThatThrownBy(injection::heal)
                    .isInstanceOf(HealFailedException.class)
                    .hasMessageContaining("let clients read what they were sent");
            assertThatThrownBy(failing::close).isInstanceOf(HealFailedException.class);
        }
        assertThat(proxies()).as("the other route's goes on").hasSize(1);
        assertThat(state()).isEqualTo(before);
    }

    // The client's kernel has taken all that it will, once no more arrives.
    private static void awaitFullBuffers(Socket socket) throws IOException {
        int arrived = -1;
        while (arrived != socket.getInputStream().available()) {
            arrived = socket.getInputStream().available();
            java.util.concurrent.locks.LockSupport.parkNanos(ofMillis(500).toNanos());
        }
    }

    @Test
    void refusesTwoOfAKindAtOnce() throws Exception {
        faultline.inject(slow());
        assertThatThrownBy(() -> faultline.inject(slow().latency(ofMillis(99)))).isInstanceOf(ClashException.class);
        assertThatThrownBy(() -> faultline.inject(ClosedStream.of(PEER.target())))
                .isInstanceOf(ClashException.class);
        faultline.inject(SlicedStream.of(PEER.target()).into(9));
        work();
    }

    @Test
    void leavesNothingOfHalfAnApply() throws Exception {
        proxy().toxics().slicer("theirs", ToxicDirection.UPSTREAM, 10, 0);
        List<String> theirs = state();
        Freezer.pause(docker, route.proxy().name());
        assertThatThrownBy(() -> faultline.inject(slow())).hasMessageContaining("The proxy was removed");

        assertThat(proxies()).isEmpty();
        assertThat(theirs).isNotEqualTo(before);
    }

    @Test
    void saysThatAnIdleClientOfAProxyTellsNothing() throws Exception {
        try (Socket socket = Peer.connect(route.host(), route.port())) {
            socket.setKeepAlive(true);
            assertThatThrownBy(() -> faultline
                            .during(StalledStream.of(PEER.target()))
                            .expect("it notices", socket::isClosed)
                            .within(ofMillis(300)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("nothing that the fault changes was sent")
                    .hasMessageContaining("keepalive")
                    .hasMessageContaining("use Partition");
        }
        assertThat(faultline.journal().events())
                .extracting(Event::text)
                .anySatisfy(text ->
                        assertThat(text).startsWith("cannot be tested: ").contains("connect timeouts"));
    }

    @Test
    void doesNotBiteWithoutTraffic() {
        Injection injection = faultline.inject(slow());
        assertThatThrownBy(injection::close).isInstanceOf(NoEffectError.class);
    }

    private static SlowStream slow() {
        return SlowStream.of(PEER.target()).latency(ofMillis(20));
    }

    private void work() throws IOException {
        try (Line line = new Line(Peer.connect(route.host(), route.port()))) {
            assertThat(line.echoes("work")).isTrue();
        }
    }

    private Proxy proxy() throws IOException {
        return new ToxiproxyClient(route.proxy().addresses().get(0), 8474)
                .getProxies()
                .get(0);
    }

    private List<String> state() throws IOException {
        Proxy proxy = proxy();
        List<String> state = new ArrayList<>(List.of("enabled " + proxy.isEnabled()));
        for (Toxic toxic : proxy.toxics().getAll()) {
            state.add(toxic.toString());
        }
        return state;
    }

    private List<String> proxies() {
        return docker
                .listContainersCmd()
                .withLabelFilter(Map.of(Labels.RUN, run.id(), Labels.ROLE, "stream"))
                .exec()
                .stream()
                .map(Container::getId)
                .toList();
    }
}
