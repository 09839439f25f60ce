package io.faultline.fault.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.RestartPolicy;
import io.faultline.Faultline;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.journal.Event;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.verify.BrokenError;
import io.faultline.verify.Experiment;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import io.faultline.world.Freezer;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.StoppingContainer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

class EndingsDockerIT {

    private final Faultline faultline = Faultline.open();
    private final DockerClient docker = DockerClientFactory.lazyClient();

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    @Tag("guest")
    void pausesAndUnpauses() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            try (Socket socket = peer.connectDirectly();
                    Injection injection = faultline.inject(Pause.of(peer.target()))) {
                assertThat(state(peer).getPaused()).isTrue();
                socket.setSoTimeout(500);
                socket.getOutputStream().write("hello\n".getBytes(US_ASCII));
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
                assertThat(injection.evidence().total(EvidenceUnit.PAUSED)).isEqualTo(1);
                assertThat(injection.limitations()).singleElement().asString().contains("keepalive", "Partition");

                injection.lift();
                assertThat(state(peer).getPaused()).isFalse();
                injection.restore();
                assertThat(state(peer).getPaused()).isTrue();

                injection.heal();
                socket.setSoTimeout(5000);
                assertThat(socket.getInputStream().read()).isEqualTo('h');
            }
            assertThat(state(peer).getPaused()).isFalse();
        }
    }

    @Test
    void tellsOfAPauseThatSomebodyElseEnded() {
        try (Peer peer = new Peer()) {
            peer.start();
            Injection injection = faultline.inject(Pause.of(peer.target()));

            docker.unpauseContainerCmd(peer.getContainerId()).exec();
            injection.allowNoEffect(); // it ended early, of course

            assertThat(injection.evidence().invalidated().orElseThrow())
                    .isEqualTo("somebody else unpaused \"peer\" while the fault was open");
        }
    }

    @Test
    void leavesAPauseAloneThatIsSomebodyElses() {
        try (Peer peer = new Peer()) {
            peer.start();
            Freezer.pause(docker, peer.getContainerId());

            assertThatThrownBy(() -> faultline.inject(Pause.of(peer.target())))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("it is paused already");

            assertThat(state(peer).getPaused()).isTrue();
            docker.unpauseContainerCmd(peer.getContainerId()).exec();
        }
    }

    @Test
    void killsAndStartsAgain() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            int port = Faultline.mappedPort(peer, Peer.PORT);
            try (Socket socket = new Socket("127.0.0.1", port)) {
                Injection injection = faultline.inject(Kill.of(peer.target()));

                socket.setSoTimeout(5000);
                assertThat(Line.hasEnded(socket)).isTrue();
                assertThat(state(peer).getRunning()).isFalse();
                assertThat(state(peer).getExitCodeLong()).isEqualTo(137);

                Evidence evidence = injection.heal();
                assertThat(evidence.total(EvidenceUnit.ENDED)).isEqualTo(1);
                assertThat(evidence.total(EvidenceUnit.UNPUBLISHED)).isPositive();
            }
            assertThat(state(peer).getRunning()).isTrue();
            assertThat(faultline.journal().events())
                    .extracting(Event::text)
                    .anyMatch(text -> text.contains("\"peer\" ended with exit code 137 at 20"));
            await().atMost(ofSeconds(10)).until(() -> answers(peer));
            if (Faultline.mappedPort(peer, Peer.PORT) != port) {
                assertThat(faultline.journal().events())
                        .extracting(Event::text)
                        .anyMatch(text -> text.contains("ask Faultline.mappedPort"));
            }
        }
    }

    @Test
    void isNoticedByAClientAndOverWhenHealed() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            try (Socket socket = new Socket("127.0.0.1", peer.getMappedPort(Peer.PORT))) {
                socket.setSoTimeout(50);
                Experiment experiment = faultline
                        .during(Kill.of(peer.target()))
                        .expect("its connection ends", () -> Line.hasEnded(socket))
                        .within(ofSeconds(5))
                        .afterHealing("it can be reached again", () -> answers(peer))
                        .within(ofSeconds(10));

                assertThat(experiment.verdict().map(Verdict::outcome)).contains(Outcome.HELD);
            }
        }
    }

    @Test
    void isBrokenForAClientThatDoesNotListenAndSaysWhatToDo() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            try (Socket deaf = new Socket("127.0.0.1", peer.getMappedPort(Peer.PORT))) {
                assertThatThrownBy(() -> faultline
                                .during(Kill.of(peer.target()))
                                .expect("it notices", deaf::isClosed)
                                .within(ofSeconds(1)))
                        .isInstanceOf(BrokenError.class)
                        .hasMessageContaining("connect again with growing pauses");
            }
        }
    }

    private static boolean answers(Peer peer) {
        try (Line line = new Line(new Socket("127.0.0.1", Faultline.mappedPort(peer, Peer.PORT)))) {
            return line.echoes("again");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void killsAgainAndAgain() throws Exception {
        try (StoppingContainer leaver = StoppingContainer.in("graceful")) {
            leaver.start();
            try (Injection injection = faultline.inject(Kill.of(leaver.target()))) {
                injection.lift();
                long pid = state(leaver).getPidLong();
                assertThat(pid).isPositive();

                injection.restore();
                assertThat(state(leaver).getRunning()).isFalse();
                assertThat(injection.evidence().total(EvidenceUnit.ENDED)).isEqualTo(1);
            }
            assertThat(state(leaver).getRunning()).isTrue();
        }
    }

    @Test
    void countsAKillThatTheRestartPolicyMakesGood() {
        try (StoppingContainer leaver = StoppingContainer.in("graceful")
                .withCreateContainerCmdModifier(
                        cmd -> cmd.getHostConfig().withRestartPolicy(RestartPolicy.alwaysRestart()))) {
            leaver.start();
            long before = state(leaver).getPidLong();
            try (Injection injection = faultline.inject(Kill.of(leaver.target()))) {
                await().atMost(ofSeconds(5))
                        .until(() -> Boolean.TRUE.equals(state(leaver).getRunning())
                                && state(leaver).getPidLong() != before);

                assertThat(injection.evidence().total(EvidenceUnit.ENDED)).isEqualTo(1);
            }
        }
    }

    /** One that ends right after each start is down most of the time, which is no harm of ours that is left. */
    @Test
    void healsWhatItsRestartPolicyCannotKeepUp() {
        try (GenericContainer<?> once = new GenericContainer<>(DockerImageName.parse(Peer.image()))) {
            once.withCommand("sh", "-c", "test -e /once && exit 1; touch /once; sleep infinity")
                    .withCreateContainerCmdModifier(
                            cmd -> cmd.getHostConfig().withRestartPolicy(RestartPolicy.alwaysRestart()))
                    .start();
            Injection injection = faultline.inject(Kill.of(Target.named(once.getContainerId())));
            await().atMost(ofSeconds(20))
                    .until(() -> docker.inspectContainerCmd(once.getContainerId())
                                    .exec()
                                    .getRestartCount()
                            > 4); // Docker waits for 3 s by now

            assertThat(injection.heal().total(EvidenceUnit.ENDED)).isEqualTo(1);
        }
    }

    @Test
    void terminatesWhoStopsByHimselfAndKillsWhoDoesNot() {
        try (StoppingContainer graceful = StoppingContainer.in("graceful");
                StoppingContainer stubborn = StoppingContainer.in("stubborn")) {
            graceful.start();
            stubborn.start();
            faultline.inject(Terminate.of(graceful.target()));
            faultline.inject(Terminate.of(stubborn.target()).grace(ofMillis(300)));

            assertThat(state(graceful).getExitCodeLong()).isZero();
            assertThat(graceful.getLogs()).endsWith("bye\n");
            assertThat(state(stubborn).getExitCodeLong()).isEqualTo(137);

            faultline.close();
            assertThat(state(graceful).getRunning()).isTrue();
            assertThat(state(stubborn).getRunning()).isTrue();
        }
    }

    @Test
    void restartsAtOnce() {
        try (StoppingContainer leaver = StoppingContainer.in("graceful")) {
            leaver.start();
            long before = state(leaver).getPidLong();

            try (Injection injection = faultline.inject(Restart.of(leaver.target()))) {
                assertThat(state(leaver).getRunning()).isTrue();
                assertThat(state(leaver).getPidLong()).isNotEqualTo(before);
                assertThat(injection.evidence().total(EvidenceUnit.ENDED)).isEqualTo(1);
            }
            assertThat(state(leaver).getRunning()).isTrue();
        }
    }

    @Test
    void refusesToEndWhatDockerWouldRemove() {
        try (StoppingContainer leaver = StoppingContainer.in("graceful")
                .withCreateContainerCmdModifier(cmd -> cmd.getHostConfig().withAutoRemove(true))) {
            leaver.start();

            assertThatThrownBy(() -> faultline.inject(Kill.of(leaver.target())))
                    .isInstanceOf(ImpossibleFaultException.class)
                    .hasMessageContaining("Start it without AutoRemove");
            assertThat(state(leaver).getRunning()).isTrue();
        }
    }

    private ContainerState state(GenericContainer<?> container) {
        return docker.inspectContainerCmd(container.getContainerId()).exec().getState();
    }
}
