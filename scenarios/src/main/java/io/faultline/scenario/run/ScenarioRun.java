package io.faultline.scenario.run;

import io.faultline.Faultline;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.Fault;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Client;
import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step;
import io.faultline.topology.Target;
import io.faultline.verify.Cause;
import io.faultline.verify.Expectation;
import io.faultline.verify.ExperimentEngine;
import io.faultline.verify.FaultWindow;
import io.faultline.verify.Outcome;
import io.faultline.verify.Subject;
import io.faultline.verify.Verdict;
import io.faultline.verify.VerdictException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One scenario on one running system, from the steady state to the verdict. */
final class ScenarioRun {

    private static final String CLIENT = "client";

    private final Scenario scenario;
    private final Faultline faultline;
    private final RunningSystem system;
    private final Journal journal;
    private final BiConsumer<String, Duration> waits;
    private final ProbeRunner looks;
    private final ExperimentEngine engine;
    private final Recordings recordings;
    private final Times times;
    private final Map<String, FaultWindow> open = Collections.synchronizedMap(new LinkedHashMap<>());

    /** What is looked at already, from before the fault or the healing that it is about, by its step. */
    private final Map<Step.Expect, Expectation> watched = Collections.synchronizedMap(new IdentityHashMap<>());

    private final List<String> attributions = Collections.synchronizedList(new ArrayList<>());
    private final Map<Step.Expect, Duration> noticed = Collections.synchronizedMap(new IdentityHashMap<>());
    private final List<String> held = Collections.synchronizedList(new ArrayList<>());

    /** @param waits is told what is waited for, and for how long at most */
    ScenarioRun(
            Scenario scenario,
            Faultline faultline,
            RunningSystem system,
            Times times,
            BiConsumer<String, Duration> waits) {
        this.scenario = scenario;
        this.faultline = faultline;
        this.system = system;
        this.journal = faultline.journal();
        this.times = times;
        this.waits = waits;
        this.looks = new ProbeRunner(scenario, system, journal);
        this.recordings = new Recordings(faultline, system);
        this.engine = faultline.experiments(client());
    }

    private Client client() {
        if (system.clientInThisJvm().isPresent()) {
            return faultline.run().thisJvm();
        }
        return faultline.run().client(system.target(clientsRole()));
    }

    private String clientsRole() {
        return scenario.roles().containsKey(CLIENT) ? CLIENT : system.roles().get(0);
    }

    /** The verdict; all that was injected is healed then. */
    Verdict verdict() throws InterruptedException {
        try (recordings) {
            begin();
            arm(scenario.steps());
            take(scenario.steps(), List.of());
            while (!open.isEmpty()) {
                heal(newest(), List.of());
            }
            end();
            return new Verdict(Cause.AS_EXPECTED, String.join("; ", held) + ".")
                    .withAttribution(attributions.stream().findFirst());
        } catch (VerdictException judged) {
            engine.abandon();
            return judged.verdict();
        } finally {
            watched.values().forEach(Expectation::close);
        }
    }

    private String newest() {
        synchronized (open) {
            return open.keySet().stream().reduce("", (older, newer) -> newer);
        }
    }

    private void begin() throws InterruptedException {
        long began = System.nanoTime();
        Duration bound = scenario.steady().before();
        for (String probe : scenario.steady().probes()) {
            waits.accept(probe, bound);
            try (Expectation steady = engine.watchAfterwards(subject(probe, new Step.Look(probe, true)))) {
                Verdict verdict = engine.awaitRecovery(steady, bound, began);
                if (verdict.outcome() != Outcome.HELD) {
                    throw new VerdictException(new Verdict(
                            Cause.NOT_STEADY,
                            "before any fault, " + quoted(probe) + " did not pass within " + seconds(bound) + ": "
                                    + seen(steady) + ".",
                            "A scenario begins with a system that is well: mend the system, or the probe."));
                }
                journal.record(Kind.STEADY, probe + " (" + seen(steady) + ")", Map.of());
            }
        }
    }

    /** After the last fault, a system is to be as it was before, unless the scenario has ended it. */
    private void end() throws InterruptedException {
        if (scenario.steps().stream().flatMap(Step::all).anyMatch(Step.Terminate.class::isInstance)) {
            return;
        }
        Duration bound = scenario.steady().after();
        for (String probe : scenario.steady().probes()) {
            String what = "the steady state " + quoted(probe) + " is back";
            recovers(engine.watchAfterwards(subject(what, new Step.Look(probe, true))), what, bound, times::steady);
        }
    }

    /** @param after the steps that follow these */
    private void take(List<Step> steps, List<Step> after) throws InterruptedException {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            List<Step> following = Stream.concat(steps.subList(i + 1, steps.size()).stream(), after.stream())
                    .toList();
            if (step instanceof Step.Inject inject) {
                inject(inject, following);
            } else if (step instanceof Step.Expect expect) {
                expect(expect);
            } else if (step instanceof Step.Hold hold) {
                hold(hold);
            } else if (step instanceof Step.Heal heal) {
                heal(heal.name(), following);
            } else if (step instanceof Step.Terminate terminate) {
                waits.accept(terminate.role() + " stops", terminate.within());
                held.add(new Terminations(system, faultline, looks, times).tell(terminate));
            } else if (step instanceof Step.RecordCalls recorded) {
                recordings.begin(recorded);
            } else if (step instanceof Step.Check check) {
                waits.accept("the truth about " + check.name(), check.within());
                held.add(recordings.check(check));
            } else if (step instanceof Step.Parallel parallel) {
                Branches.take(parallel.branches(), branch -> take(branch, following));
            } else if (step instanceof Step.Repeat repeat) {
                for (int round = 1; round <= repeat.times(); round++) {
                    take(repeat.steps(), round < repeat.times() ? repeat.steps() : following);
                }
            }
        }
    }

    /** What is expected under a fault is looked at from before it, and must not be true yet. */
    private void inject(Step.Inject inject, List<Step> following) throws InterruptedException {
        List<Expectation> later = new ArrayList<>();
        for (Step.Expect expect : Lookahead.under(inject.name(), following)) {
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
        FaultWindow window = engine.inject(fault(inject), later);
        open.put(inject.name(), window);
    }

    Fault fault(Step.Inject inject) {
        Map<String, Target> targets =
                system.roles().stream().collect(Collectors.toMap(Function.identity(), system::target));
        List<String> problems = new ArrayList<>();
        List<Fault> faults = inject.faults().stream()
                .flatMap(each -> each.make(targets, problems::add).stream())
                .toList();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", problems));
        }
        return faults.size() == 1 ? faults.get(0) : CompositeFault.of(faults);
    }

    /** What is expected after the last healing is looked at from before it: it has to be lost then. */
    private void heal(String name, List<Step> following) throws InterruptedException {
        FaultWindow window = Optional.ofNullable(open.remove(name))
                .orElseThrow(() -> new IllegalStateException(quoted(name) + " is not open."));
        arm(following);
        if (open.isEmpty()) {
            for (Step.Expect expect : Lookahead.afterHealing(following)) {
                watched.put(expect, engine.watchRecovery(subject(expect.what(), expect.look())));
            }
        }
        Optional<Verdict> problem = engine.heal(window);
        if (problem.isPresent()) {
            throw new VerdictException(problem.get());
        }
    }

    /** A line that was logged before must not be taken for what is expected from now on. */
    private void arm(List<Step> following) throws InterruptedException {
        for (Step step : following.stream().flatMap(Step::all).toList()) {
            if (step instanceof Step.Expect expect && !watched.containsKey(expect)) {
                looks.arm(expect.look());
            }
        }
    }

    private void expect(Step.Expect expect) throws InterruptedException {
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

    private void hold(Step.Hold hold) throws InterruptedException {
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
            held.add(quoted(hold.what()) + " for " + seconds(hold.span()));
        }
    }

    Subject subject(String what, Step.Look look) {
        boolean isClients = !scenario.roles().containsKey(CLIENT)
                || scenario.probe(look.probe()).role().equals(CLIENT);
        return new Subject(what, looks.observer(look), Optional.empty(), ProbeRunner.PERIOD, isClients);
    }

    ExperimentEngine engine() {
        return engine;
    }

    /** How long each expectation took that came true under a fault. */
    Map<Step.Expect, Duration> noticed() {
        return noticed;
    }

    private static String seen(Expectation expectation) {
        return expectation.last().map(Observation::detail).orElse("nothing, since no look came back");
    }

    static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String stripped(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
