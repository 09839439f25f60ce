package io.faultline.verify;

import io.faultline.inject.Injection;
import io.faultline.observe.Detection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What was to go on all the time under the faults of an experiment. Thread-safe. */
final class KeptChecks {

    private static final Duration INJECTED_WITHIN = Duration.ofSeconds(15);

    private final OpenFaults open;
    private final Duration limit;

    /** @param limit for a look to come back */
    KeptChecks(OpenFaults open, Duration limit) {
        this.open = open;
        this.limit = limit;
    }

    /**
     * Whether something that was to go on has not. Waits for a last look: one that hangs has seen nothing go on, and one that
     * began before the fault says nothing about it.
     *
     * @param sinceNanos from when it was to, as {@link System#nanoTime()}
     * @return empty if it has so far
     */
    Optional<Verdict> broken(Expectation kept, long sinceNanos) throws InterruptedException {
        boolean cameBack = kept.awaitLookAfter(sinceNanos, limit);
        kept.requireObservable();
        Optional<StackTraceElement[]> stuck = cameBack ? Optional.empty() : kept.underWay();
        if (stuck.isPresent()) {
            kept.abandon();
            return Optional.of(KeptJudge.neverCameBack(kept.subject().what(), limit, stuck.get()));
        }
        if (!cameBack) {
            return Optional.of(LookJudge.noLookUnderFault(kept.subject().what(), limit));
        }
        Optional<Detection> stopped = kept.came();
        if (stopped.isEmpty()) {
            return Optional.empty();
        }
        open.awaitInjections(INJECTED_WITHIN);
        return Optional.of(KeptJudge.notKept(
                kept.subject().what(),
                kept.tookSince(sinceNanos).orElse(Duration.ZERO),
                kept.lastSeen(),
                open.allOrLast().stream().anyMatch(window -> canExplain(window, stopped.get()))));
    }

    private static boolean canExplain(FaultWindow window, Detection stopped) {
        Injection injection = window.injection();
        return stopped.firstAfterNanos() - injection.beganNanos() >= 0
                && injection.evidence().total() > 0;
    }

    /**
     * What has become of all that was to go on, for so long, under a fault that met the client.
     *
     * @param sinceNanos from when it was to, as {@link System#nanoTime()}
     * @return on the first that is not HELD, otherwise on the last
     */
    Verdict judge(List<Expectation> kept, long sinceNanos) throws InterruptedException {
        Verdict last = new Verdict(Cause.AS_EXPECTED, "nothing was to go on");
        for (Expectation each : kept) {
            last = judge(each, sinceNanos);
            if (last.outcome() != Outcome.HELD) {
                return last;
            }
        }
        return last;
    }

    private Verdict judge(Expectation kept, long sinceNanos) throws InterruptedException {
        Optional<Verdict> broken = broken(kept, sinceNanos);
        if (broken.isPresent()) {
            return broken.get();
        }
        String what = kept.subject().what();
        List<FaultWindow> windows = open.allOrLast();
        Optional<String> affected =
                windows.stream().flatMap(window -> window.affected().stream()).findFirst();
        Findings.Unseen unseen = affected.isPresent()
                ? Findings.Unseen.NOTHING
                : windows.stream()
                        .map(FaultWindow::unseen)
                        .filter(Findings.Unseen::isAny)
                        .findFirst()
                        .orElse(Findings.Unseen.NOTHING);
        return KeptJudge.kept(what, Duration.ofNanos(System.nanoTime() - sinceNanos), affected, unseen);
    }
}
