package io.faultline.shutdown;

import static io.faultline.shutdown.ShutdownFacts.CATCHING;
import static io.faultline.shutdown.ShutdownFacts.TERM;
import static io.faultline.shutdown.ShutdownFacts.advice;
import static io.faultline.shutdown.ShutdownFacts.ended;
import static io.faultline.shutdown.ShutdownFacts.judge;
import static io.faultline.shutdown.ShutdownFacts.process;
import static io.faultline.shutdown.ShutdownFacts.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.observe.ExitStatus;
import io.faultline.observe.ShutdownStatus;
import io.faultline.observe.ShutdownStatus.SignalDisposition;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What cannot be known of an end, so that it is never green. */
class UnjudgedShutdownTest {

    @Test
    void isNeverGreenWithoutAnExitCode() {
        Verdict verdict = judge(CATCHING)
                .judge(new Shutdown(
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        0,
                        0,
                        Optional.empty(),
                        List.of()));

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.advice().orElseThrow()).contains("Does the engine answer?");
    }

    @Test
    void namesTheRestartPolicyIfThatHidesTheExitCode() {
        Shutdown shutdown = new Shutdown(
                Optional.of(Duration.ofSeconds(1)),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                Optional.empty(),
                List.of());
        Verdict verdict =
                judge(Set.of(0), TERM, status(CATCHING), Optional.of("always")).judge(shutdown);

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.reason()).contains("its restart policy is \"always\"");
    }

    @Test
    void isNotGreenForOneThatEndedByItself() {
        SignalDisposition sleep = process(1, "sleep", "sleep 2", false, "");
        Verdict verdict = judge(sleep).judge(ended(0, "bye", 0));

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.reason())
                .contains("its first process, \"sleep 2\", does not handle SIGTERM, so the signal cannot be why");
        assertThat(advice(judge(sleep).judge(ended(3, "bye", 0))))
                .contains("Its exit code was 3, and not 0; its first process, \"sleep 2\", does not handle SIGTERM");
    }

    @Test
    void isNotGreenForOneThatHasNotTakenTheSignalYet() {
        SignalDisposition blocking = new SignalDisposition(1, "python3", "python3 worker.py", true, false, true, "");
        ShutdownStatus waiting = status(blocking, true, true, List.of(), List.of());

        Verdict verdict = judge(Set.of(0), TERM, waiting, Optional.empty()).judge(ended(0, "bye", 0));

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.reason()).contains("it blocks SIGTERM, and had not taken it yet");
        assertThat(judge(Set.of(143), TERM, waiting, Optional.empty())
                        .judge(ended(143, "bye", 0))
                        .outcome())
                .as("its exit code tells that it has")
                .isEqualTo(Outcome.HELD);
    }

    @Test
    void isGreenForOneThatCatchesTheSignalAndWasNotSeenToTakeIt() {
        ShutdownStatus quick = status(CATCHING, true, true, List.of(), List.of());

        assertThat(judge(Set.of(0), TERM, quick, Optional.empty())
                        .judge(ended(0, "bye", 0))
                        .outcome())
                .isEqualTo(Outcome.HELD);
    }

    @Test
    void takesNoDefaultActionForAShutdownWhereZeroIsPromised() {
        SignalDisposition deaf = process(1, "worker", "worker", false, "");
        Set<Integer> promised = Set.of(0, 143);

        assertThat(advice(judge(promised, TERM, status(deaf), Optional.empty()).judge(ended(143, "bye", 0))))
                .contains("It does not handle SIGTERM, which ended it at once", "expect exitCode(143) alone");
        assertThat(judge(Set.of(143), TERM, status(deaf), Optional.empty())
                        .judge(ended(143, "bye", 0))
                        .outcome())
                .isEqualTo(Outcome.HELD);
        assertThat(judge(promised, TERM, status(CATCHING), Optional.empty())
                        .judge(ended(143, "bye", 0))
                        .outcome())
                .isEqualTo(Outcome.HELD);
    }

    @Test
    void isNotGreenWithoutALogThatWasAskedFor() {
        Shutdown shutdown = new Shutdown(
                Optional.of(Duration.ofMillis(500)),
                Optional.of(new ExitStatus(0, false, Optional.empty())),
                Optional.empty(),
                0,
                0,
                0,
                Optional.of(List.of()),
                List.of());

        Verdict verdict = judge(CATCHING).judge(shutdown);

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.reason()).contains("nothing can be read of its log");
    }

    @Test
    void isNeverGreenIfItIsNotKnownWhetherItLeftAProcessBehind() {
        Verdict verdict = judge(CATCHING).judge(ended(0, "bye", 0, Optional.empty()));

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(advice(judge(CATCHING).judge(ended(0, "bye", 0, Optional.of(List.of("sleep", "sleep"))))))
                .contains("It left processes behind, which had not ended by themselves: sleep, sleep.");
    }
}
