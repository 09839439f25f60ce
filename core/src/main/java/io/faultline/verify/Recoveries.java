package io.faultline.verify;

import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Detection;
import io.faultline.verify.ExperimentSetting.Relocation;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What is expected after the faults of an experiment. Thread-safe. */
final class Recoveries {

    /** For one look at what is to recover, before the healing. */
    private static final Duration LOOK_BEFORE_HEALING = Duration.ofSeconds(1);

    /** A no that took less is an answer; one that took longer can be a time-out, on a busy machine as well. */
    private static final Duration ANSWERED_AT_ONCE = Duration.ofMillis(500);

    private final OpenFaults open;
    private final Journal journal;
    private final Relocation relocation;

    Recoveries(OpenFaults open, Journal journal, Relocation relocation) {
        this.open = open;
        this.journal = journal;
        this.relocation = relocation;
    }

    /**
     * Begins to look at what is expected after a healing, which is to follow at once: it should be lost now. What does not
     * answer is lost, unless it answers a second time of asking: a busy machine is slow too.
     */
    Expectation watch(Subject subject) throws InterruptedException {
        long began = System.nanoTime();
        Expectation expectation = Expectation.begin(subject);
        boolean looked = expectation.awaitLook(LOOK_BEFORE_HEALING);
        if (System.nanoTime() - began > ANSWERED_AT_ONCE.toNanos()
                && expectation.came().isEmpty()) {
            looked = expectation.awaitLookAfter(began + ANSWERED_AT_ONCE.toNanos(), LOOK_BEFORE_HEALING)
                    && !expectation.hasFailed();
        }
        if (looked && expectation.came().isEmpty()) {
            expectation.lost();
            return expectation;
        }
        if (looked && !open.haveEndedAConnection() && !open.comeAndGo()) {
            return expectation;
        }
        expectation.close(); // one that is under way asks on a connection that may never answer
        return lostBefore(subject);
    }

    static Expectation lostBefore(Subject subject) {
        Expectation afterwards = Expectation.begin(subject);
        afterwards.lost();
        return afterwards;
    }

    /**
     * Waits until something comes true after a healing.
     *
     * @param sinceNanos from when its bound counts, as {@link System#nanoTime()}
     */
    Verdict await(Expectation expectation, Duration bound, long sinceNanos) throws InterruptedException {
        Optional<Detection> came = expectation.await(sinceNanos + bound.toNanos());
        Optional<StackTraceElement[]> stuck = came.isPresent() ? Optional.empty() : expectation.underWay();
        stuck.ifPresent(stack -> expectation.abandon());
        expectation.close();
        String what = expectation.subject().what();
        Optional<FaultWindow> healed = open.lastHealed();
        came.filter(seen -> healed.isPresent())
                .ifPresent(seen -> journal.record(
                        Kind.RECOVERED,
                        seen.firstAfterNanos(),
                        what + expectation.detail().map(text -> ": " + text).orElse(""),
                        Map.of(
                                "uncertainty_ns",
                                Long.toString(seen.uncertainty().toNanos()))));
        Verdict verdict = RecoveryJudge.afterHealing(
                new FaultWindow.Expected(what, bound, expectation.subject().isOfClient()),
                came.map(seen -> Duration.ofNanos(Math.max(0, seen.firstAfterNanos() - sinceNanos))),
                expectation.wasLost(),
                healed);
        if (verdict.outcome() == Outcome.BROKEN
                && healed.filter(FaultWindow::isReachedByPublishedPort).isPresent()) {
            Optional<String> moved =
                    relocation.since(healed.get().injection().reach().topology());
            return moved.map(change -> RecoveryJudge.addressChanged(what, change))
                    .orElse(verdict);
        }
        return verdict;
    }
}
