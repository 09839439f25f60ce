package io.faultline.shutdown;

import static io.faultline.shutdown.ShutdownFacts.CATCHING;
import static io.faultline.shutdown.ShutdownFacts.STAYED;
import static io.faultline.shutdown.ShutdownFacts.TERM;
import static io.faultline.shutdown.ShutdownFacts.advice;
import static io.faultline.shutdown.ShutdownFacts.ended;
import static io.faultline.shutdown.ShutdownFacts.judge;
import static io.faultline.shutdown.ShutdownFacts.process;
import static io.faultline.shutdown.ShutdownFacts.status;
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

/** What is right of an end and what is wrong, and what to do about it. */
class ShutdownJudgeTest {

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
}
