package io.faultline.shutdown;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.faultline.Faultline;
import io.faultline.fault.output.BlockedStdout;
import io.faultline.inject.Injection;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.BacklogContainer;
import io.faultline.world.Line;
import io.faultline.world.StoppingContainer;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ends that are not as they should be, or cannot be judged, and why. */
class UngracefulTerminationDockerIT {

    private final Faultline faultline = Faultline.open();

    @AfterEach
    void close() {
        faultline.close();
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

    /** By an agent that runs already. */
    private void makeSignalsComeSoon() {
        try (StoppingContainer another = started("graceful")) {
            faultline.terminate(another.target()).within(ofSeconds(5));
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
