package io.faultline.shutdown;

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

/** What a worker and its end can look like to a {@link ShutdownJudge}. */
final class ShutdownFacts {

    static final StopSignal TERM = new StopSignal("TERM", Optional.of("TERM"));
    static final SignalDisposition CATCHING = process(1, "python3", "python3 worker.py", true, "");
    static final Shutdown STAYED =
            new Shutdown(Optional.empty(), Optional.empty(), Optional.empty(), 0, 0, 0, Optional.empty(), List.of());

    private ShutdownFacts() {}

    static String advice(Verdict verdict) {
        assertThat(verdict.outcome()).isEqualTo(Outcome.BROKEN);
        return verdict.advice().orElseThrow();
    }

    static Shutdown ended(int exitCode, String log, long resets) {
        return ended(exitCode, log, resets, Optional.of(List.of()));
    }

    static Shutdown ended(int exitCode, String log, long resets, Optional<List<String>> behind, Tally... work) {
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

    static ShutdownJudge judge(SignalDisposition before, SignalDisposition... now) {
        return judge(
                Set.of(0), TERM, status(before, before.catches(), false, List.of(now), List.of()), Optional.empty());
    }

    static ShutdownJudge judge(
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

    static ShutdownStatus status(SignalDisposition before) {
        return status(before, before.catches(), false, List.of(), List.of());
    }

    /** All but the first process is in the {@link Shutdown} too, from which it is judged. */
    static ShutdownStatus status(
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

    static SignalDisposition process(int pid, String name, String command, boolean catches, String waitsIn) {
        return new SignalDisposition(pid, name, command, catches, false, false, waitsIn);
    }
}
