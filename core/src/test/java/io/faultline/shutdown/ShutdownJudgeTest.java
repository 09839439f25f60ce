package io.faultline.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.observe.ExitStatus;
import io.faultline.observe.ShutdownStatus;
import io.faultline.observe.ShutdownStatus.SignalDisposition;
import io.faultline.verify.InconclusiveError;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShutdownJudgeTest {

    private static final StopSignal TERM = new StopSignal("TERM", Optional.of("TERM"));
    private static final SignalDisposition CATCHING = process(1, "python3", "python3 worker.py", true, "");
    private static final Shutdown STAYED =
            new Shutdown(Optional.empty(), Optional.empty(), Optional.empty(), 0, 0, 0, Optional.empty(), List.of());

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
    void doesNotBlameItForResetsInASharedNetwork() {
        ShutdownStatus alone = status(CATCHING);
        ShutdownStatus shared = new ShutdownStatus(
                alone.ended(),
                alone.stoppedListening(),
                alone.established(),
                alone.resets(),
                alone.unaccepted(),
                alone.exitCode(),
                alone.handled(),
                alone.pending(),
                alone.first(),
                alone.left(),
                alone.behind(),
                alone.felled(),
                true);

        assertThat(judge(Set.of(0), TERM, alone, Optional.empty())
                        .judge(ended(0, "bye", 3))
                        .outcome())
                .isEqualTo(Outcome.BROKEN);
        Verdict verdict = judge(Set.of(0), TERM, shared, Optional.empty()).judge(ended(0, "bye", 3));
        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.reason()).contains("3 connections were reset", "shares with others");
        assertThat(judge(Set.of(0), TERM, shared, Optional.empty())
                        .judge(ended(0, "bye", 0))
                        .outcome())
                .isEqualTo(Outcome.HELD);
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
                                Optional.of(new ExitStatus(137, true, Optional.of("bye"))),
                                Optional.empty(),
                                0,
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
                .contains("Its child \"python3\" would catch it, but does not get it", "exec form");
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
    void seesThroughAnInitWhoseChildDoesNotHandleTheSignal() {
        SignalDisposition init = process(1, "docker-init", "/sbin/docker-init -- worker", true, "");
        ShutdownStatus felled = status(init, true, false, List.of(), List.of("worker"));

        assertThat(advice(judge(Set.of(0, 143), TERM, felled, Optional.empty()).judge(ended(143, "bye", 0))))
                .contains("Its PID 1 passed SIGTERM on to worker, which does not handle it");
        assertThat(judge(Set.of(0, 143), TERM, status(init), Optional.empty())
                        .judge(ended(143, "bye", 0))
                        .outcome())
                .isEqualTo(Outcome.HELD);
    }

    @Test
    void namesAPackageRunner() {
        for (String command : List.of(
                "npm start",
                "npm run start",
                "node /usr/local/bin/npm start",
                "/usr/local/bin/node /usr/local/lib/node_modules/npm/bin/npm-cli.js start",
                "node /usr/local/bin/pnpm start",
                "node /pnpm/bin/pnpm.cjs run serve",
                "/usr/local/bin/node /opt/yarn-v1.22.22/bin/yarn.js start")) {
            SignalDisposition runner = process(1, "node", command, true, "");
            assertThat(advice(judge(runner).judge(ended(1, "bye", 0))))
                    .as(command)
                    .contains("Its exit code was 1, and not 0: its PID 1 is \"" + command + "\". A package runner");
            Shutdown killed = ended(143, "bye", 0, Optional.of(List.of("node", "sh")));
            assertThat(advice(judge(Set.of(0, 143), TERM, status(runner), Optional.empty())
                            .judge(killed)))
                    .contains("It left processes behind, which had not ended by themselves: node, sh. Its PID 1 is");
            assertThat(advice(judge(runner, runner).judge(STAYED))).contains("Start the program itself");
        }
        for (String command : List.of(
                "node server.js", "node /app/npm-mirror/server.js", "node /app/.yarn/releases/yarn-4.5.0.cjs start")) {
            assertThat(advice(judge(process(1, "node", command, true, "")).judge(ended(1, "bye", 0))))
                    .as(command)
                    .doesNotContain("package runner");
        }
    }

    @Test
    void tellsOfConnectionsThatNobodyHadAccepted() {
        Shutdown shutdown = new Shutdown(
                Optional.of(Duration.ofMillis(500)),
                Optional.of(new ExitStatus(0, false, Optional.of("bye"))),
                Optional.empty(),
                0,
                7,
                0,
                Optional.of(List.of()),
                List.of());

        assertThat(advice(judge(CATCHING).judge(shutdown)))
                .startsWith("It reset 7 connections that it had not accepted:")
                .contains("Accept and answer what waits there before closing it");
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
    void namesTheSignalAndTheOneThatItsEngineWouldSend() {
        StopSignal term = new StopSignal("TERM", Optional.of("QUIT"));

        assertThat(advice(judge(Set.of(0), term, status(CATCHING), Optional.empty())
                        .judge(ended(1, "bye", 0))))
                .endsWith("Its engine would send SIGQUIT, its own stop signal, and not SIGTERM.");
        assertThat(judge(Set.of(0), new StopSignal("QUIT", Optional.of("QUIT")), status(CATCHING), Optional.empty())
                        .judge(ended(0, "bye", 0))
                        .reason())
                .contains("after SIGQUIT");
    }

    @Test
    void readsStopSignalsAsImagesWriteThem() {
        assertThat(StopSignal.of("x", Optional.empty(), "SIGRTMIN+3").exitCode())
                .isEqualTo(128 + 37);
        assertThat(StopSignal.of("x", Optional.empty(), "3")).hasToString("SIGQUIT");
        assertThat(StopSignal.of("x", Optional.empty(), "37")).hasToString("SIGRTMIN+3");
        assertThat(StopSignal.of("x", Optional.empty(), "sigwinch")).hasToString("SIGWINCH");
        assertThat(StopSignal.of("x", Optional.of("INT"), "SIGKILL")).hasToString("SIGINT");
        assertThatThrownBy(() -> StopSignal.of("x", Optional.empty(), "SIGKILL"))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContainingAll("The stop signal of x", "SIGKILL cannot be caught", "signal(…)");
        assertThatThrownBy(() -> StopSignal.of("x", Optional.empty(), "SIGSTOP"))
                .hasMessageContaining("never ends it");
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
                Optional.of(new ExitStatus(exitCode, false, Optional.of(log))),
                Optional.of(Duration.ofMillis(100)),
                resets,
                0,
                0,
                behind,
                List.of(work));
    }

    private static ShutdownJudge judge(SignalDisposition before, SignalDisposition... now) {
        return judge(
                Set.of(0), TERM, status(before, before.catches(), false, List.of(now), List.of()), Optional.empty());
    }

    private static ShutdownJudge judge(
            Set<Integer> exitCodes, StopSignal signal, ShutdownStatus seen, Optional<String> restartPolicy) {
        return new ShutdownJudge(
                "\"worker\"",
                signal,
                Duration.ofSeconds(10),
                exitCodes,
                Optional.of("bye"),
                !new FirstProcess(seen.first()).isPackageRunner(),
                seen,
                restartPolicy);
    }

    private static ShutdownStatus status(SignalDisposition before) {
        return status(before, before.catches(), false, List.of(), List.of());
    }

    /** All but the first process is in the {@link Shutdown} too, from which it is judged. */
    private static ShutdownStatus status(
            SignalDisposition before,
            boolean handled,
            boolean pending,
            List<SignalDisposition> now,
            List<String> felled) {
        int established = now.size() == 2 && now.get(0).waitsIn().equals("futex_do_wait") ? 3 : 0;
        return new ShutdownStatus(
                Optional.empty(),
                Optional.empty(),
                established,
                0,
                0,
                Optional.empty(),
                handled,
                pending,
                before,
                now,
                Optional.empty(),
                felled);
    }

    private static SignalDisposition process(int pid, String name, String command, boolean catches, String waitsIn) {
        return new SignalDisposition(pid, name, command, catches, false, false, waitsIn);
    }
}
