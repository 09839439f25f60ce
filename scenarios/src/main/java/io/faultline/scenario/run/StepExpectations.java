package io.faultline.scenario.run;

import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Observation;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step;
import io.faultline.verify.Cause;
import io.faultline.verify.Expectation;
import io.faultline.verify.ExperimentEngine;
import io.faultline.verify.Outcome;
import io.faultline.verify.Subject;
import io.faultline.verify.Verdict;
import io.faultline.verify.VerdictException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What the steps of a scenario expect: looked at from before the fault or the healing that it is about, and judged when its
 * step comes. Thread-safe.
 */
final class StepExpectations {

    private final Scenario scenario;
    private final ExperimentEngine engine;
    private final ProbeRunner looks;
    private final Times times;
    private final Journal journal;
    private final BiConsumer<String, Duration> waits;

    /** What is looked at already, from before the fault or the healing that it is about, by its step. */
    private final Map<Step.Expect, Expectation> watched = Collections.synchronizedMap(new IdentityHashMap<>());

    private final List<String> attributions = Collections.synchronizedList(new ArrayList<>());
    private final Map<Step.Expect, Duration> noticed = Collections.synchronizedMap(new IdentityHashMap<>());
    private final List<String> held = Collections.synchronizedList(new ArrayList<>());

    StepExpectations(
            Scenario scenario,
            ExperimentEngine engine,
            ProbeRunner looks,
            Times times,
            Journal journal,
            BiConsumer<String, Duration> waits) {
        this.scenario = scenario;
        this.engine = engine;
        this.looks = looks;
        this.times = times;
        this.journal = journal;
        this.waits = waits;
    }

    /** Waits for the steady state, before any fault. */
    void awaitSteady() throws InterruptedException {
        long began = System.nanoTime();
        Duration bound = scenario.steady().before();
        for (String probe : scenario.steady().probes()) {
            waits.accept(probe, bound);
            try (Expectation steady = engine.watchAfterwards(subject(probe, new Step.Look(probe, true)))) {
                Verdict verdict = engine.awaitRecovery(steady, bound, began);
                if (verdict.outcome() != Outcome.HELD) {
                    throw new VerdictException(new Verdict(
                            Cause.NOT_STEADY,
                            "before any fault, " + ScenarioRun.quoted(probe) + " did not pass within "
                                    + ScenarioRun.seconds(bound) + ": " + seen(steady) + ".",
                            "A scenario begins with a system that is well: mend the system, or the probe."));
                }
                journal.record(Kind.STEADY, probe + " (" + seen(steady) + ")", Map.of());
            }
        }
    }

    /** After the last fault, a system is to be as it was before, unless the scenario has ended it. */
    void awaitSteadyAgain() throws InterruptedException {
        if (scenario.steps().stream().flatMap(Step::all).anyMatch(Step.Terminate.class::isInstance)) {
            return;
        }
        Duration bound = scenario.steady().after();
        for (String probe : scenario.steady().probes()) {
            String what = "the steady state " + ScenarioRun.quoted(probe) + " is back";
            recovers(engine.watchAfterwards(subject(what, new Step.Look(probe, true))), what, bound, times::steady);
        }
    }

    /**
     * Begins to look at what is expected under a fault, which must not be true yet.
     *
     * @return what is not waited for at once when the fault is in force
     */
    List<Expectation> watchUnder(String fault, List<Step> following) throws InterruptedException {
        List<Expectation> later = new ArrayList<>();
        for (Step.Expect expect : Lookahead.under(fault, following)) {
            if (!watched.containsKey(expect)) {
                looks.arm(expect.look());
                Expectation expectation = engine.watch(subject(expect.what(), expect.look()));
                watched.put(expect, expectation);
                later.add(expectation);
            }
        }
        if (!following.isEmpty() && following.get(0) instanceof Step.Expect next) {
            later.remove(watched.get(next)); // unless it was looked at from before a fault that is open already
        }
        return later;
    }

    /** Begins to look at what is expected after the last healing, which has to be lost now. */
    void watchRecoveries(List<Step> following) throws InterruptedException {
        for (Step.Expect expect : Lookahead.afterHealing(following)) {
            watched.put(expect, engine.watchRecovery(subject(expect.what(), expect.look())));
        }
    }

    /** A line that was logged before must not be taken for what is expected from now on. */
    void arm(List<Step> following) throws InterruptedException {
        for (Step step : following.stream().flatMap(Step::all).toList()) {
            if (step instanceof Step.Expect expect && !watched.containsKey(expect)) {
                looks.arm(expect.look());
            }
        }
    }

    void expect(Step.Expect expect) throws InterruptedException {
        Subject subject = subject(expect.what(), expect.look());
        Optional<Expectation> before = Optional.ofNullable(watched.remove(expect))
                .map(seen -> engine.isOfAnEarlierFault(seen) ? engine.watchAgain(subject) : seen);
        if (engine.isIdle()) {
            recovers(
                    before.orElseGet(() -> engine.watchAfterwards(subject)),
                    expect.what(),
                    expect.within(),
                    times::recovered);
            return;
        }
        waits.accept(expect.what(), expect.within());
        long began = System.nanoTime();
        try (Expectation expectation = before.isPresent() ? before.get() : engine.watch(subject)) {
            Verdict verdict = engine.await(expectation, expect.within(), began);
            if (subject.isOfClient()) {
                times.detected(expectation.tookSince(engine.lastInForce().orElse(began)), expect.within());
            }
            if (verdict.outcome() != Outcome.HELD) {
                throw new VerdictException(withLastSeen(verdict, expectation));
            }
            expectation.tookSince(engine.lastInForce().orElse(began)).ifPresent(after -> noticed.put(expect, after));
            verdict.attribution().ifPresent(attributions::add);
            held.add(stripped(verdict.reason()));
        }
    }

    private static Verdict withLastSeen(Verdict verdict, Expectation expectation) {
        return new Verdict(
                verdict.cause(),
                verdict.reason() + " Seen last: " + seen(expectation) + ".",
                verdict.advice(),
                verdict.attribution());
    }

    /** What is expected when no fault is open: after the last one, or where there was none. */
    private void recovers(
            Expectation expectation, String what, Duration bound, BiConsumer<Optional<Duration>, Duration> measured)
            throws InterruptedException {
        long began = System.nanoTime();
        waits.accept(what, bound);
        OptionalLong healed = engine.lastHealed();
        try (expectation) {
            Verdict verdict = engine.awaitRecovery(expectation, bound, began);
            if (healed.isPresent()) {
                measured.accept(expectation.tookSince(healed.getAsLong()), bound);
            }
            if (verdict.outcome() != Outcome.HELD) {
                throw new VerdictException(withLastSeen(verdict, expectation));
            }
            held.add(stripped(verdict.reason()));
        }
    }

    void hold(Step.Hold hold) throws InterruptedException {
        waits.accept(hold.what(), hold.span());
        long began = System.nanoTime();
        if (hold.look().isEmpty()) {
            TimeUnit.NANOSECONDS.sleep(hold.span().toNanos());
            return;
        }
        try (Expectation kept =
                engine.watchHold(subject(hold.what(), hold.look().get()))) {
            kept.await(began + hold.span().toNanos());
            Optional<Verdict> broken = engine.brokenKept(kept, began);
            if (broken.isPresent()) {
                throw new VerdictException(broken.get());
            }
            held.add(ScenarioRun.quoted(hold.what()) + " for " + ScenarioRun.seconds(hold.span()));
        }
    }

    Subject subject(String what, Step.Look look) {
        boolean isClients = !scenario.roles().containsKey(ScenarioRun.CLIENT)
                || scenario.probe(look.probe()).role().equals(ScenarioRun.CLIENT);
        return new Subject(what, looks.observer(look), Optional.empty(), ProbeRunner.PERIOD, isClients);
    }

    /** How long each expectation took that came true under a fault. */
    Map<Step.Expect, Duration> noticed() {
        return noticed;
    }

    /** Something else that was expected has come about. */
    void held(String sentence) {
        held.add(sentence);
    }

    /** The verdict, once all has come about. */
    Verdict asExpected() {
        return new Verdict(Cause.AS_EXPECTED, String.join("; ", held) + ".")
                .withAttribution(attributions.stream().findFirst());
    }

    /** Looks at nothing any more. */
    void close() {
        watched.values().forEach(Expectation::close);
    }

    private static String seen(Expectation expectation) {
        return expectation.last().map(Observation::detail).orElse("nothing, since no look came back");
    }

    private static String stripped(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
