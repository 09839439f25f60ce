package io.faultline.verify;

import io.faultline.fault.Fault;
import io.faultline.inject.Injection;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An experiment once more with everything but the arming: each expectation for a little longer than it took to come true, and what
 * was kept for as long as it was held. For one thread.
 */
final class ControlArm {

    /** What began with the injection, and not with the fault in force, has its time here too. */
    private static final Duration LONGER = Duration.ofMillis(250);

    private final List<Noticed> noticed = new ArrayList<>();
    private Duration held = Duration.ZERO;

    private record Noticed(Subject subject, Duration after) {}

    /** Something came true under the fault after so long. */
    void noticed(Subject subject, Duration after) {
        noticed.add(new Noticed(subject, after));
    }

    /** The fault was left open for so long. */
    void held(Duration span) {
        held = held.plus(span);
    }

    /**
     * Runs it, with the fault prepared and not armed.
     *
     * @param kept what had to go on under the fault
     * @return the verdict on what came true, or stopped, here as well; empty if nothing did
     */
    Optional<Verdict> run(ExperimentEngine engine, Journal journal, Fault fault, List<Subject> kept)
            throws InterruptedException {
        journal.record(Kind.NOTE, "control: the same without the fault", Map.of());
        Optional<Injection> prepared = engine.prepare(fault);
        List<Expectation> again = new ArrayList<>();
        try {
            for (Subject subject : kept) {
                again.add(engine.watchKept(subject));
            }
            long began = System.nanoTime();
            for (Noticed each : noticed) {
                Optional<Verdict> anyway = noticedAnyway(engine, each);
                if (anyway.isPresent()) {
                    return anyway;
                }
            }
            for (Expectation each : again) {
                each.await(began + held.toNanos());
                Optional<Duration> after = each.tookSince(began);
                if (after.isPresent()) {
                    return Optional.of(LookJudge.happensAnyway(each.subject().what(), after.get(), "stopped"));
                }
            }
            return Optional.empty();
        } finally {
            again.forEach(Expectation::close);
            prepared.ifPresent(Injection::close);
        }
    }

    private static Optional<Verdict> noticedAnyway(ExperimentEngine engine, Noticed each) throws InterruptedException {
        try (Expectation again = engine.watch(each.subject())) {
            long since = System.nanoTime();
            again.await(since + each.after().plus(LONGER).toNanos());
            return again.tookSince(since)
                    .map(after -> LookJudge.happensAnyway(each.subject().what(), after, "came true"));
        }
    }
}
