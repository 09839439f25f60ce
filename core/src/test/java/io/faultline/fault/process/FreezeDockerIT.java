package io.faultline.fault.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import io.faultline.Faultline;
import io.faultline.agent.AgentException;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.inject.ClashException;
import io.faultline.inject.Injection;
import io.faultline.verify.BrokenError;
import io.faultline.verify.Experiment;
import io.faultline.verify.Outcome;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Still;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class FreezeDockerIT {

    private final Faultline faultline = Faultline.open();
    private final DockerClient docker = DockerClientFactory.lazyClient();
    private final Peer peer = new Peer();

    @BeforeEach
    void start() {
        peer.start();
    }

    @AfterEach
    void close() {
        try (peer) {
            faultline.close();
        }
    }

    @Test
    void leavesConnectionsOpenAndAnswersNothingUntilItIsHealed() throws Exception {
        try (Socket socket = peer.connectDirectly();
                Injection injection = faultline.inject(Freeze.of(peer.target()))) {
            socket.setSoTimeout(500);
            socket.getOutputStream().write("hello\n".getBytes(US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            try (Socket another = peer.connectDirectly()) {
                assertThat(another.isConnected()).isTrue();
            }
            assertThat(Still.of(peer).running()).isEmpty();
            assertThat(injection.evidence().total(EvidenceUnit.FROZEN)).isEqualTo(2); // init and the server
            assertThat(injection.limitations()).singleElement().asString().contains("keepalive", "Partition");

            injection.heal();

            socket.setSoTimeout(5000);
            assertThat(socket.getInputStream().read()).isEqualTo('h');
            assertThat(Still.of(peer).held()).isEmpty();
        }
    }

    @Test
    void holdsTheProcessesOfANameAloneAndTellsOfNamesThatAreNotThere() throws Exception {
        try (Injection injection = faultline.inject(Freeze.of(peer.target()).processes("python3"))) {
            assertThat(Still.of(peer).held()).containsExactly("python3");
            assertThat(Still.of(peer).running()).containsExactly("docker-init");
            assertThat(injection.evidence().total()).isEqualTo(1);
        }
        assertThatThrownBy(() -> faultline.inject(Freeze.of(peer.target()).processes("redis-server")))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("no process is called redis-server; there are docker-init, python3");
    }

    /** The kernel stops no parent in vfork(2) before its child has executed its program, which a held child never does. */
    @Test
    void holdsAProcessThatWaitsForItsChildToBecomeAnother() throws Exception {
        String waits = "import os; os.posix_spawn('/bin/true', ['true'], os.environ, "
                + "file_actions=[(os.POSIX_SPAWN_OPEN, 5, '/tmp/gate', os.O_RDONLY, 0)])";
        peer.execInContainer("sh", "-c", "mkfifo /tmp/gate; python3 -c \"$0\" >/dev/null 2>&1 &", waits);
        await().atMost(ofSeconds(5)).until(() -> pythons() == 3); // the peer, the parent and its child
        try (Injection injection = faultline.inject(Freeze.of(peer.target()))) {
            assertThat(Still.of(peer).running()).isEmpty();
            assertThat(injection.evidence().invalidated()).isEmpty();
        }
        peer.execInContainer("sh", "-c", ": > /tmp/gate");
        await().atMost(ofSeconds(5)).until(() -> pythons() == 1);
    }

    private long pythons() {
        return Still.of(peer).running().stream().filter("python3"::equals).count();
    }

    @Test
    void catchesProcessesThatStartOthersAllTheTime() throws Exception {
        peer.execInContainer("sh", "-c", "(while true; do sh -c true; done) >/dev/null 2>&1 &");
        for (int round = 0; round < 5; round++) {
            try (Injection injection = faultline.inject(Freeze.of(peer.target()))) {
                assertThat(Still.of(peer).running()).isEmpty();
                assertThat(injection.evidence().invalidated()).isEmpty();
            }
            await().atMost(ofSeconds(5))
                    .untilAsserted(() -> assertThat(Still.of(peer).held()).isEmpty());
        }
    }

    @Test
    @Tag("guest")
    void comesAndGoes() {
        Injection injection = faultline.inject(Freeze.of(peer.target()));
        injection.lift();
        assertThat(Still.of(peer).held()).isEmpty();
        injection.restore();
        assertThat(Still.of(peer).running()).isEmpty();
        injection.close();
        assertThat(Still.of(peer).held()).isEmpty();
    }

    @Test
    void delaysOtherSignalsButNotSigkill() {
        faultline.inject(Freeze.of(peer.target())).allowNoEffect();
        docker.killContainerCmd(peer.getContainerId()).withSignal("TERM").exec();
        assertThat(isRunning()).isTrue();
        docker.killContainerCmd(peer.getContainerId()).withSignal("KILL").exec();

        await().atMost(ofSeconds(5)).until(() -> !isRunning());
    }

    @Test
    void deliversWhatCameMeanwhile() {
        faultline.inject(Freeze.of(peer.target())).allowNoEffect();
        docker.killContainerCmd(peer.getContainerId()).withSignal("TERM").exec();
        faultline.close();

        await().atMost(ofSeconds(5)).until(() -> !isRunning());
    }

    @Test
    void refusesASecondOne() {
        faultline.inject(Freeze.of(peer.target()));
        assertThatThrownBy(() -> faultline.inject(Freeze.of(peer.target()).processes("python3")))
                .isInstanceOf(ClashException.class);
    }

    @Test
    void isNoticedByAClientThatBoundsItsAnswersAndOverWhenHealed() throws Exception {
        try (Line line = new Line(peer.connectDirectly())) {
            Experiment experiment = faultline
                    .during(Freeze.of(peer.target()))
                    .expect("no answer comes", () -> line.swallows("hello"))
                    .within(ofSeconds(5))
                    .afterHealing("it is answered again", this::isAnswered)
                    .within(ofSeconds(5));
            assertThat(experiment.verdict().orElseThrow().outcome()).isEqualTo(Outcome.HELD);
        }
    }

    @Test
    void isBrokenForAClientWithoutABoundAndSaysThatKeepaliveDoesNotHelp() throws Exception {
        try (Socket socket = peer.connectDirectly()) {
            assertThatThrownBy(() -> faultline
                            .during(Freeze.of(peer.target()))
                            .expect("the client notices", () -> {
                                socket.getOutputStream().write('?');
                                return false; // and waits for the answer for ever
                            })
                            .within(ofMillis(500)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("the client needs a bound of its own on every answer");
        }
    }

    private boolean isAnswered() throws IOException {
        try (Line fresh = new Line(peer.connectDirectly())) {
            return fresh.echoes("again");
        }
    }

    private boolean isRunning() {
        return Boolean.TRUE.equals(peer.getCurrentContainerInfo().getState().getRunning());
    }
}
