package io.faultline.shutdown;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.LogConfig;
import io.faultline.Faultline;
import io.faultline.docker.container.ContainerExitStatuses;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.fault.output.BlockedStdout;
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
import io.faultline.world.BacklogContainer;
import io.faultline.world.Line;
import io.faultline.world.LoggingContainer;
import io.faultline.world.Peer;
import io.faultline.world.StoppingContainer;
import io.faultline.world.Web;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.Wait;

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
    void tellsOfWorkThatWasLost() throws Exception {
        try (StoppingContainer leaver = started("hasty");
                Line line = leaver.line()) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .beforeSignal(() -> ask(line, answer))
                            .finishing(
                                    "the request is answered",
                                    () -> answer.getNow("").equals("ANSWERED"))
                            .within(ofSeconds(5)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("\"the request is answered\" did not come true");
        }
    }

    @Test
    void learnsNothingOfWorkWhereNoneIsUnderWay() {
        try (StoppingContainer leaver = started("graceful")) {
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .finishing("the request is answered", () -> true)
                            .within(ofSeconds(5)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("was true before the signal already");
            assertThat(leaver.isRunning()).isTrue();
        }
    }

    @Test
    void tellsOfAShellThatDoesNotPassTheSignalOn() {
        try (StoppingContainer leaver = StoppingContainer.behindAShell()) {
            leaver.start();
            assertThatThrownBy(() -> faultline.terminate(leaver.target()).within(ofSeconds(1)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll(
                            "did not end within 1.00 s of SIGTERM",
                            "Its PID 1 is \"sh -c",
                            "does not catch SIGTERM",
                            "Its child \"python3\" would catch it",
                            "exec form");
        }
    }

    @Test
    void tellsOfAProgramThatDoesNotCatchTheSignal() {
        try (StoppingContainer leaver = started("deaf")) {
            assertThatThrownBy(() -> faultline.terminate(leaver.target()).within(ofSeconds(1)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll(
                            "what PID 1 does not catch does nothing to it", "Handle it in the program");
        }
    }

    @Test
    void tellsOfOneThatCatchesTheSignalAndStaysBecauseClientsAreConnected() throws Exception {
        try (StoppingContainer leaver = started("stubborn");
                Line line = leaver.line()) {
            assertThat(line.echoes("hello")).isTrue();
            assertThatThrownBy(() -> faultline.terminate(leaver.target()).within(ofSeconds(1)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll("catches SIGTERM", "Connections still open: 1");
        }
    }

    @Test
    void tellsOfConnectionsThatWereResetAndOfTheLineThatIsMissing() throws Exception {
        try (StoppingContainer leaver = started("hasty");
                Socket client = leaver.connect()) {
            client.getOutputStream().write(new byte[1000]); // it reads 100 of them every half second
            Thread.sleep(100);
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .lastLogLine("bye")
                            .within(ofSeconds(5)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll(
                            "ended",
                            "but not gracefully",
                            "It reset 1 connection:",
                            "does not end with \"bye\", but with \"ready\"");
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
    void tellsThatItGoesOnListening() {
        try (StoppingContainer leaver = started("open")) {
            Shutdown shutdown = faultline.terminate(leaver.target()).within(ofSeconds(5));
            assertThat(shutdown.stoppedListening()).isEmpty();
        }
    }

    @Test
    @Tag("guest")
    void tellsThatItsOutputIsBlockedWhenItWantsToSayGoodbye() throws Exception {
        try (StoppingContainer leaver = started("graceful");
                Injection injection = faultline.inject(BlockedStdout.of(leaver.target()))) {
            assertThatThrownBy(() -> faultline.terminate(leaver.target()).within(ofSeconds(2)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll("catches SIGTERM", "stands in a write to a full pipe");
            assertThat(injection.evidence().tookEffect()).isTrue();
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

    @Test
    void tellsThatTheSignalCameBeforeItWasCaught() {
        makeSignalsComeSoon();
        try (StoppingContainer leaver = started("late")) {
            assertThatThrownBy(() -> faultline.terminate(leaver.target()).within(ofSeconds(6)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll("did not catch SIGTERM when it came", "it was still starting");
            faultline.terminate(leaver.target()).within(ofSeconds(5));
        }
    }

    @Test
    void findsTheChildThatIsLeftBehind() {
        try (StoppingContainer guarding = started("guarding");
                StoppingContainer forsaking = started("forsaking")) {
            Shutdown shutdown = terminatedAlone(guarding);
            assertThat(shutdown.behind()).hasValue(List.of());
            assertThatThrownBy(() -> terminatedAlone(forsaking))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("It left processes behind, which had not ended by themselves: sleep.");
        }
    }

    private Shutdown terminatedAlone(StoppingContainer leaver) {
        try {
            return faultline.terminate(leaver.target()).withoutOrphans().within(ofSeconds(5));
        } catch (InconclusiveError e) {
            assertThat(e).hasMessageContaining("This kernel does not tell");
            return abort("this kernel is older than 6.15");
        }
    }

    @Test
    void expectsThatRequestsWhichHadBegunAreAnswered() {
        try (Web patient = Web.thatFinishes();
                Web hasty = Web.thatLeavesAtOnce()) {
            patient.start();
            hasty.start();
            Shutdown shutdown = faultline
                    .terminate(patient.target())
                    .whileServing(HttpLoad.on(patient.uri()).atATime(3))
                    .within(ofSeconds(10));
            assertThat(shutdown.work()).singleElement().satisfies(tally -> {
                assertThat(tally.underWay()).isBetween(1L, 3L).isEqualTo(tally.finished());
            });
            assertThatThrownBy(() -> faultline
                            .terminate(hasty.target())
                            .whileServing(HttpLoad.on(hasty.uri()))
                            .within(ofSeconds(10)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll(
                            "requests to " + hasty.uri(), "under way at the signal were not finished (");
        }
    }

    @Test
    void isNotGreenWhenNothingWasUnderWayOrNothingIsServed() {
        try (StoppingContainer leaver = started("graceful");
                Web web = Web.thatFinishes()) {
            web.start();
            assertThatThrownBy(() -> faultline
                            .terminate(web.target())
                            .whileServing(HttpLoad.on(web.uri().resolve("/missing")))
                            .within(ofSeconds(5)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContainingAll("No request to", "status 404");
            assertThat(web.isRunning()).isTrue();
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .finishing("jobs", () -> 5, () -> 5)
                            .within(ofSeconds(5)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("none of the jobs was under way");
        }
    }

    @Test
    void expectsThatWhatTheTestCountsIsFinished() throws Exception {
        makeSignalsComeSoon();
        assertThat(finished("graceful")).isTrue();
        assertThatThrownBy(() -> finished("hasty"))
                .isInstanceOf(BrokenError.class)
                .hasMessageContaining("1 of the 1 lines that were under way at the signal were not finished");
    }

    /** By an agent that runs already. */
    private void makeSignalsComeSoon() {
        try (StoppingContainer another = started("graceful")) {
            faultline.terminate(another.target()).within(ofSeconds(5));
        }
    }

    private boolean finished(String manner) throws Exception {
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        try (StoppingContainer leaver = started(manner);
                Line line = leaver.line()) {
            sent.incrementAndGet();
            CompletableFuture.runAsync(
                    () -> answered.addAndGet(line.fateOf("work").equals("ANSWERED") ? 1 : 0));
            Thread.sleep(100); // the request is under way
            faultline
                    .terminate(leaver.target())
                    .finishing("lines", sent::get, answered::get)
                    .within(ofSeconds(5));
            return answered.get() == 1;
        }
    }

    @Test
    void isNotGreenForOneThatEndsByItselfInTheMeantime() {
        try (StoppingContainer leaver = started("fleeting")) {
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .beforeSignal(() -> leaver.connect())
                            .within(ofSeconds(10)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContainingAll(
                            "with exit code 0, but its first process, \"python3",
                            "does not handle SIGTERM, so the signal cannot be why");
        }
    }

    @Test
    void takesTheDefaultActionForNoShutdownWhereZeroIsPromised() {
        try (StoppingContainer handling = StoppingContainer.underInit(true);
                StoppingContainer deaf = StoppingContainer.underInit(false)) {
            handling.start();
            deaf.start();
            faultline.terminate(handling.target()).exitCode(0, 143).within(ofSeconds(10));
            assertThatThrownBy(() ->
                            faultline.terminate(deaf.target()).exitCode(0, 143).within(ofSeconds(10)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("Its PID 1 passed SIGTERM on to python3, which does not handle it");
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
    void countsConnectionsThatWereResetInTheAcceptQueue() throws Exception {
        try (BacklogContainer draining = BacklogContainer.thatDrains();
                BacklogContainer forgetting = BacklogContainer.thatForgets()) {
            draining.start();
            forgetting.start();
            List<Socket> asking = new ArrayList<>();
            Shutdown shutdown = faultline
                    .terminate(draining.target())
                    .beforeSignal(() -> asking.addAll(draining.ask(5)))
                    .within(ofSeconds(20));
            assertThat(shutdown.unaccepted()).isZero();
            assertThat(BacklogContainer.answered(asking)).isEqualTo(5);

            List<Socket> forgotten = new ArrayList<>();
            assertThatThrownBy(() -> faultline
                            .terminate(forgetting.target())
                            .beforeSignal(() -> forgotten.addAll(forgetting.ask(5)))
                            .within(ofSeconds(20)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("It reset " + (5 - BacklogContainer.answered(forgotten))
                            + " connections that it had not accepted");
        }
    }

    @Test
    void namesAPackageRunnerThatKeepsTheSignalToItself() {
        try (StoppingContainer leaver = StoppingContainer.asAPackageRunner()) {
            leaver.start();
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .exitCode(0, 143)
                            .within(ofSeconds(10)))
                    .satisfies(e -> {
                        if (e instanceof InconclusiveError) {
                            assertThat(e).hasMessageContaining("This kernel does not tell");
                            abort("this kernel is older than 6.15");
                        }
                    })
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll("sleep", "Its PID 1 is \"pnpm start", "Start the program itself");
        }
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
