package io.faultline.shutdown;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.LogConfig;
import io.faultline.Faultline;
import io.faultline.docker.container.ContainerExitStatuses;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Terminate;
import io.faultline.inject.Injection;
import io.faultline.observe.ContainerRun;
import io.faultline.observe.ExitStatus;
import io.faultline.observe.ExitStatuses;
import io.faultline.topology.TargetException;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.Line;
import io.faultline.world.LoggingContainer;
import io.faultline.world.Peer;
import io.faultline.world.StoppingContainer;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.Wait;

/** Which signal a container is sent, and how it ends then. */
class TerminationDockerIT {

    private final Faultline faultline = Faultline.open();

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    void knowsNothingOfTheLogOfADriverThatGivesNone() {
        try (StoppingContainer leaver = StoppingContainer.in("graceful")
                .withCreateContainerCmdModifier(
                        cmd -> cmd.getHostConfig().withLogConfig(new LogConfig(LogConfig.LoggingType.NONE)))
                .waitingFor(Wait.forListeningPort())) {
            leaver.start();
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .lastLogLine("bye")
                            .within(ofSeconds(10)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContainingAll("its last line is not known", "log driver that Docker can read");
        }
    }

    @Test
    @Tag("guest")
    void holdsForAServiceThatStopsListeningFinishesItsWorkAndLeaves() throws Exception {
        try (StoppingContainer leaver = started("graceful");
                Line line = leaver.line()) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            Shutdown shutdown = faultline
                    .terminate(leaver.target())
                    .lastLogLine("bye")
                    .beforeSignal(() -> ask(line, answer))
                    .finishing("the request is answered", answer::isDone)
                    .repeatSignalAfter(ofMillis(50))
                    .within(ofSeconds(10));

            assertThat(answer.join()).isEqualTo("ANSWERED");
            assertThat(shutdown.took().orElseThrow()).isBetween(ofMillis(300), ofSeconds(5));
            assertThat(shutdown.stoppedListening().orElseThrow())
                    .isLessThan(shutdown.took().orElseThrow());
            assertThat(shutdown.exitStatus().orElseThrow().exitCode()).isZero();
            assertThat(shutdown.resets()).isZero();
            assertThat(faultline.journal().events())
                    .anySatisfy(event -> assertThat(event.text()).startsWith("HELD: \"leaver\" ended"));
        }
    }

    @Test
    void tellsOfTheExitCode() {
        try (StoppingContainer leaver = started("failing");
                StoppingContainer another = started("failing")) {
            assertThatThrownBy(() -> faultline.terminate(leaver.target()).within(ofSeconds(5)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("Its exit code was 7, and not 0.");
            Shutdown expected =
                    faultline.terminate(another.target()).exitCode(0, 7).within(ofSeconds(5));
            assertThat(expected.exitStatus().orElseThrow().exitCode()).isEqualTo(7);
        }
    }

    @Test
    void findsOutThatASecondSignalCutsAShutdownShort() {
        try (StoppingContainer leaver = started("impatient");
                StoppingContainer once = started("impatient")) {
            faultline.terminate(once.target()).within(ofSeconds(5));
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .repeatSignalAfter(ofMillis(100))
                            .within(ofSeconds(5)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("Its exit code was 3");
        }
    }

    @Test
    void isNoAccidentForAFaultThatIsOpenOnTheSameContainer() throws Exception {
        try (StoppingContainer leaver = started("graceful");
                Line line = leaver.line();
                Injection injection = faultline.inject(Partition.of(leaver.target()))) {
            line.swallows("hello");
            faultline.terminate(leaver.target()).within(ofSeconds(5));
            assertThat(injection.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void isDeliveredThoughTheTargetIsFrozenAndActsWhenItIsNot() {
        try (StoppingContainer leaver = started("graceful")) {
            faultline.inject(Freeze.of(leaver.target()).lasting(ofMillis(1500)));
            Shutdown shutdown = faultline.terminate(leaver.target()).within(ofSeconds(10));
            assertThat(shutdown.took().orElseThrow()).isGreaterThan(ofMillis(1000));
        }
    }

    @Test
    void findsOutWhetherALeavingServiceWaitsForADependencyThatIsCutOff() {
        try (Peer store = new Peer()) {
            store.start();
            try (StoppingContainer waiting = StoppingContainer.flushingTo(store, false);
                    StoppingContainer bounded = StoppingContainer.flushingTo(store, true)) {
                waiting.start();
                bounded.start();
                try (Injection injection = faultline.inject(Partition.of(store.target()))) {
                    faultline.terminate(bounded.target()).within(ofSeconds(10));
                    assertThatThrownBy(
                                    () -> faultline.terminate(waiting.target()).within(ofSeconds(2)))
                            .isInstanceOf(BrokenError.class)
                            .hasMessageContainingAll("did not end within 2.00 s", "catches SIGTERM");
                    assertThat(injection.evidence().tookEffect()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUIT", "WINCH", "RTMIN+3"})
    void sendsTheStopSignalOfTheContainerAsItsEngineWould(String signal) {
        try (StoppingContainer leaver = StoppingContainer.stoppedBy(signal)) {
            leaver.start();
            faultline.terminate(leaver.target()).lastLogLine("bye").within(ofSeconds(10));
            assertThat(faultline.journal().events())
                    .anySatisfy(event -> assertThat(event.text())
                            .startsWith("HELD: \"leaver\" ended")
                            .contains(" after SIG" + signal + " "));
        }
    }

    @Test
    void namesTheStopSignalIfAnotherWasAskedFor() {
        try (StoppingContainer leaver = StoppingContainer.stoppedBy("QUIT");
                StoppingContainer unstoppable = StoppingContainer.in("graceful")
                        .withCreateContainerCmdModifier(cmd -> cmd.withStopSignal("SIGKILL"))) {
            leaver.start();
            unstoppable.start();
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .signal("SIGTERM")
                            .within(ofSeconds(10)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll("exit code was 9", "Its engine would send SIGQUIT, its own stop signal");
            assertThatThrownBy(() -> faultline.terminate(unstoppable.target()).within(ofSeconds(10)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContainingAll("The stop signal of \"leaver\"", "SIGKILL cannot be caught");
            faultline.terminate(unstoppable.target()).signal("TERM").within(ofSeconds(10));
        }
    }

    @Test
    void endsATargetByItsStopSignalToo() {
        try (StoppingContainer leaver = StoppingContainer.stoppedBy("QUIT")) {
            leaver.start();
            faultline.inject(Terminate.of(leaver.target()));
            ContainerState state = leaver.getCurrentContainerInfo().getState();
            assertThat(state.getRunning()).isFalse();
            assertThat(state.getExitCodeLong()).isZero();
        }
    }

    @Test
    void judgesTheRunThatEndedOfAContainerThatIsStartedAgain() {
        DockerEngine engine = DockerEngine.connect();
        try (StoppingContainer leaver = StoppingContainer.in("graceful").startedAgain();
                StoppingContainer failing = StoppingContainer.in("failing").startedAgain()) {
            leaver.start();
            failing.start();
            ContainerRun run = new ContainerRun(leaver.getContainerId(), Math.toIntExact(pidOf(leaver)), Instant.EPOCH);
            Shutdown shutdown =
                    faultline.terminate(leaver.target()).lastLogLine("bye").within(ofSeconds(10));
            assertThat(shutdown.exitStatus().orElseThrow().exitCode()).isZero();
            assertThatThrownBy(() -> faultline.terminate(failing.target()).within(ofSeconds(10)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("Its exit code was 7, and not 0.");

            await().until(() -> leaver.getLogs().split("ready", -1).length == 3 && pidOf(leaver) != run.pid());
            ExitStatuses later = new ContainerExitStatuses(engine);
            assertThat(later.restartPolicy(leaver.getContainerId())).contains("always");
            assertThat(later.of(run, Optional.empty())).isEmpty();
            assertThat(later.of(run, Optional.of(0)).orElseThrow().lastLines())
                    .hasValueSatisfying(lines -> assertThat(lines).endsWith("bye"));

            ExitStatus second = faultline
                    .terminate(leaver.target())
                    .within(ofSeconds(10))
                    .exitStatus()
                    .orElseThrow();
            assertThat(second.lastLines()).as("nothing of the first run").contains("ready\nbye");
        }
    }

    private static long pidOf(StoppingContainer leaver) {
        return Objects.requireNonNull(
                leaver.getCurrentContainerInfo().getState().getPidLong());
    }

    @Test
    void reachesProcessesOfOtherUsers() {
        try (StoppingContainer leaver =
                StoppingContainer.in("graceful").withCreateContainerCmdModifier(cmd -> cmd.withUser("1000"))) {
            leaver.start();
            assertThat(faultline.terminate(leaver.target()).within(ofSeconds(5)).exitStatus())
                    .isPresent();
        }
    }

    @Test
    void refusesWhatCannotBe() {
        try (LoggingContainer chatter = LoggingContainer.onStdout()) {
            chatter.start();
            assertThatThrownBy(() -> faultline.terminate(chatter.target()).signal("KILL"))
                    .hasMessageContaining("SIGKILL cannot be caught");
            assertThatThrownBy(() -> faultline.terminate(chatter.target()).signal("SIGSTOP"))
                    .hasMessageContaining("never ends it");
            DockerClientFactory.lazyClient()
                    .killContainerCmd(chatter.getContainerId())
                    .exec();
            assertThatThrownBy(() -> faultline.terminate(chatter.target()).within(ofSeconds(1)))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("not running");
            assertThatThrownBy(faultline::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was given no bound, so nothing was sent");
        }
    }

    private static void ask(Line line, CompletableFuture<String> answer) throws InterruptedException {
        answer.completeAsync(() -> line.fateOf("work"));
        Thread.sleep(100); // the request is under way
    }

    private static StoppingContainer started(String manner) {
        StoppingContainer leaver = StoppingContainer.in(manner);
        leaver.start();
        return leaver;
    }
}
