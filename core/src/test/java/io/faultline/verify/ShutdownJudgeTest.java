package io.faultline.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.observe.ExitStatus;
import io.faultline.observe.ShutdownStatus.SignalDisposition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShutdownJudgeTest {

    private static final SignalDisposition CATCHING = process(1, "python3", "python3 worker.py", true, "");
    private static final Shutdown STAYED =
            new Shutdown(Optional.empty(), Optional.empty(), Optional.empty(), 0, 0, Optional.empty(), List.of());

    @Test
    void holdsIfItEndedAsItShould() {
        Verdict verdict = judge(CATCHING).judge(ended(0, "working\nbye\n", 0));

        assertThat(verdict.outcome()).isEqualTo(Outcome.HELD);
        assertThat(verdict.reason())
                .isEqualTo("\"worker\" ended 0.50 s after SIGTERM (bound 10.00 s) with exit code 0, and reset no "
                        + "connection; it stopped listening after 0.10 s; it left no process behind.");
    }

    @Test
    void tellsEverythingThatWasWrongAtOnce() {
        Verdict verdict = judge(CATCHING).judge(ended(1, "Traceback\nKeyError\n", 2));

        assertThat(verdict.outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(verdict.advice().orElseThrow())
                .contains("Its exit code was 1, and not 0.")
                .contains("It reset 2 connections")
                .contains("does not end with \"bye\", but with \"KeyError\"");
    }

    @Test
    void explainsExitCodes() {
        SignalDisposition deaf = process(1, "sleep", "sleep 9", false, "");

        assertThat(advice(judge(CATCHING).judge(ended(137, "bye", 0)))).contains("somebody killed it with SIGKILL");
        assertThat(advice(judge(CATCHING).judge(ended(143, "bye", 0)))).contains("exitCode(143)");
        assertThat(advice(judge(deaf).judge(ended(143, "bye", 0)))).contains("did not catch SIGTERM, which ended it");
        assertThat(advice(judge(CATCHING)
                        .judge(new Shutdown(
                                Optional.of(Duration.ofSeconds(1)),
                                Optional.of(new ExitStatus(137, true, "bye")),
                                Optional.empty(),
                                0,
                                0,
                                Optional.empty(),
                                List.of()))))
                .contains("for want of memory");
    }

    @Test
    void explainsWhyItStays() {
        SignalDisposition shell = process(1, "sh", "/bin/sh -c python3 worker.py; true", false, "do_wait");
        SignalDisposition child = process(7, "python3", "python3 worker.py", true, "");
        SignalDisposition stuck = process(1, "python3", "python3 worker.py", true, "anon_pipe_write");
        SignalDisposition waiting = process(1, "python3", "python3 worker.py", true, "futex_do_wait");

        assertThat(advice(judge(shell, shell, child).judge(STAYED)))
                .contains("Its PID 1 is \"/bin/sh -c python3 worker.py; true\"")
                .contains("Its child \"python3\" would catch it, but is not told", "exec form");
        assertThat(advice(judge(process(1, "sleep", "sleep 9", false, "")).judge(STAYED)))
                .contains("does not catch SIGTERM", "docker run --init")
                .doesNotContain("exec form");
        assertThat(advice(judge(stuck, stuck).judge(STAYED))).contains("nobody reads its output");
        assertThat(advice(judge(waiting, waiting, child)
                        .judge(new Shutdown(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                0,
                                3,
                                Optional.empty(),
                                List.of()))))
                .contains("waits in the kernel's futex_do_wait", "its children: python3", "still open: 3");
    }

    @Test
    void isNeverGreenWithoutAnExitCode() {
        Verdict verdict = judge(CATCHING)
                .judge(new Shutdown(
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        0,
                        Optional.empty(),
                        List.of()));

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    }

    @Test
    void isNeverGreenIfItIsNotKnownWhetherItLeftAProcessBehind() {
        Verdict verdict = judge(CATCHING).judge(ended(0, "bye", 0, Optional.empty()));

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(advice(judge(CATCHING).judge(ended(0, "bye", 0, Optional.of(List.of("sleep", "sleep"))))))
                .contains("It left processes behind, which had not ended by themselves: sleep, sleep.");
    }

    @Test
    void expectsThatWorkUnderWayIsFinished() {
        Tally all = Tally.of("jobs", 3, 3, List.of());
        Tally some = Tally.of("requests", 3, 1, List.of("EOF", "EOF"));
        Tally none = Tally.of("jobs", 0, 0, List.of());

        assertThat(judge(CATCHING)
                        .judge(ended(0, "bye", 0, Optional.of(List.of()), all))
                        .reason())
                .contains("; it finished all 3 jobs; it left");
        assertThat(advice(judge(CATCHING).judge(ended(0, "bye", 0, Optional.of(List.of()), all, some))))
                .isEqualTo(
                        "2 of the 3 requests that were under way at the signal were not finished (EOF). Finish what has "
                                + "begun before leaving.");
        assertThat(judge(CATCHING)
                        .judge(ended(0, "bye", 0, Optional.of(List.of()), none))
                        .outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
    }

    @Test
    void tellsASignalThatCameTooEarlyFromOneThatIsNeverCaught() {
        SignalDisposition starting = process(1, "python3", "python3 worker.py", false, "");

        assertThat(advice(judge(starting, CATCHING).judge(STAYED)))
                .contains("did not catch SIGTERM when it came, so it was lost, and catches it now");
    }

    private static String advice(Verdict verdict) {
        assertThat(verdict.outcome()).isEqualTo(Outcome.BROKEN);
        return verdict.advice().orElseThrow();
    }

    private static Shutdown ended(int exitCode, String log, long resets) {
        return ended(exitCode, log, resets, Optional.of(List.of()));
    }

    private static Shutdown ended(int exitCode, String log, long resets, Optional<List<String>> behind, Tally... work) {
        return new Shutdown(
                Optional.of(Duration.ofMillis(500)),
                Optional.of(new ExitStatus(exitCode, false, log)),
                Optional.of(Duration.ofMillis(100)),
                resets,
                0,
                behind,
                List.of(work));
    }

    private static ShutdownJudge judge(SignalDisposition before, SignalDisposition... now) {
        return new ShutdownJudge(
                "\"worker\"",
                "SIGTERM",
                Duration.ofSeconds(10),
                Set.of(0),
                Optional.of("bye"),
                true,
                before,
                List.of(now));
    }

    private static SignalDisposition process(int pid, String name, String command, boolean catches, String waitsIn) {
        return new SignalDisposition(pid, name, command, catches, false, false, waitsIn);
    }
}
