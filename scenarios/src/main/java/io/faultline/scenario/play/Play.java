package io.faultline.scenario.play;

import io.faultline.Faultline;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Detection;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step;
import io.faultline.scenario.probe.Observation;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** One scenario on one running system, from the steady state to the verdict. */
final class Play {

    private static final String CLIENT = "client";

    private final Scenario scenario;
    private final Faultline faultline;
    private final RunningSystem system;
    private final Journal journal;
    private final BiConsumer<String, Duration> waits;
    private final Looks looks;
    private final OpenFaults faults;
    private final Times times;
    private final List<String> held = Collections.synchronizedList(new ArrayList<>());

    /** @param waits is told what is waited for, and for how long at most */
    Play(
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
        this.looks = new Looks(scenario, system, journal);
        this.faults = new OpenFaults(
                faultline,
                system,
                scenario.roles().containsKey(CLIENT) ? CLIENT : system.roles().get(0));
    }

    /** The verdict; all that was injected is healed then. */
    Verdict verdict() throws InterruptedException {
        try {
            begin();
            arm(scenario.steps());
            take(scenario.steps());
            faults.healAll();
            end();
            return new Verdict(Outcome.HELD, String.join("; ", held) + ".", Optional.empty());
        } catch (Judged judged) {
            faults.forget();
            return judged.verdict();
        }
    }

    private void begin() throws InterruptedException {
        long began = System.nanoTime();
        Duration bound = scenario.steady().before();
        for (String probe : scenario.steady().probes()) {
            waits.accept(probe, bound);
            Looks.Seen seen = looks.until(new Step.Look(probe, true), began + bound.toNanos());
            if (seen.came().isEmpty()) {
                throw Judged.inconclusive(
                        "before any fault, \"" + probe + "\" did not pass within " + seconds(bound) + ": "
                                + seen.last().detail() + ".",
                        "A scenario begins with a system that is well: mend the system, or the probe.");
            }
            journal.record(Kind.STEADY, probe + " (" + seen.last().detail() + ")", Map.of());
        }
    }

    /** After the last fault, a system is to be as it was before, unless the scenario has ended it. */
    private void end() throws InterruptedException {
        if (scenario.steps().stream().flatMap(Step::all).anyMatch(Step.Terminate.class::isInstance)) {
            return;
        }
        Duration bound = scenario.steady().after();
        for (String probe : scenario.steady().probes()) {
            recovers(new Step.Look(probe, true), "the steady state \"" + probe + "\" is back", bound, times::steady);
        }
    }

    void take(List<Step> steps) throws InterruptedException {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step instanceof Step.Inject inject) {
                if (faults.isEmpty()) {
                    requireChange(steps.subList(i + 1, steps.size()));
                }
                faults.inject(inject.name(), inject.faults());
            } else if (step instanceof Step.Expect expect) {
                expect(expect);
            } else if (step instanceof Step.Hold hold) {
                hold(hold);
            } else if (step instanceof Step.Heal heal) {
                arm(steps.subList(i + 1, steps.size()));
                faults.heal(heal.name());
            } else if (step instanceof Step.Terminate terminate) {
                waits.accept(terminate.role() + " stops", terminate.within());
                held.add(new Farewells(system, faultline, looks, times).tell(terminate));
            } else if (step instanceof Step.Parallel parallel) {
                Branches.take(parallel.branches(), this::take);
            } else if (step instanceof Step.Repeat repeat) {
                for (int round = 0; round < repeat.times(); round++) {
                    take(repeat.steps());
                }
            }
        }
    }

    /** A line that was logged before must not be taken for what is expected from now on. */
    private void arm(List<Step> following) throws InterruptedException {
        for (Step step : following.stream().flatMap(Step::all).toList()) {
            if (step instanceof Step.Expect expect) {
                looks.arm(expect.look());
            }
        }
    }

    /** What is expected under a fault must not be true before it: else the fault could not be the reason. */
    private void requireChange(List<Step> following) throws InterruptedException {
        for (Step step : following) {
            if (step instanceof Step.Heal || step instanceof Step.Terminate) {
                return;
            }
            if (step instanceof Step.Parallel parallel) {
                for (List<Step> branch : parallel.branches()) {
                    requireChange(branch);
                }
            }
            if (step instanceof Step.Expect expect) {
                looks.arm(expect.look());
                Observation seen = looks.once(expect.look().probe());
                if (seen.ok() == expect.look().passes()) {
                    throw Judged.inconclusive(
                            quoted(expect.what()) + " was true before the fault already (" + seen.detail()
                                    + "), so the fault could not be what made it true.",
                            "Expect something that only the fault can bring about; what has to stay true is a \"hold\".");
                }
            }
        }
    }

    private void expect(Step.Expect expect) throws InterruptedException {
        if (faults.isEmpty()) {
            recovers(expect.look(), expect.what(), expect.within(), times::recovered);
            return;
        }
        waits.accept(expect.what(), expect.within());
        long began = System.nanoTime();
        Looks.Seen seen = looks.until(expect.look(), began + expect.within().toNanos());
        record(Kind.DETECTED, expect.what(), seen);
        Verdict verdict = faults.judge(expect.what(), seen.came(), expect.within(), began);
        boolean isClients = !scenario.roles().containsKey(CLIENT)
                || scenario.probe(expect.look().probe()).role().equals(CLIENT);
        if (isClients) {
            times.detected(
                    seen.came().map(came -> came.after(faults.lastInForce().orElse(began))), expect.within());
        }
        if (verdict.outcome() != Outcome.HELD) {
            throw new Judged(new Verdict(
                    verdict.outcome(),
                    verdict.reason() + " Seen last: " + seen.last().detail() + ".",
                    verdict.advice()));
        }
        held.add(stripped(verdict.reason()));
    }

    /** What is expected when no fault is open: after the last one, or where there was none. */
    private void recovers(
            Step.Look look, String what, Duration bound, BiConsumer<Optional<Duration>, Duration> measured)
            throws InterruptedException {
        long began = System.nanoTime();
        waits.accept(what, bound);
        Looks.Seen seen = looks.until(look, began + bound.toNanos());
        long since = faults.lastHealed().orElse(began);
        Optional<Duration> after = seen.came().map(came -> came.after(since));
        String where = faults.lastHealed().isPresent() ? " after healing" : "";
        if (faults.lastHealed().isPresent()) {
            record(Kind.RECOVERED, what, seen);
            measured.accept(after, bound);
        }
        if (seen.came().filter(came -> came.after(began).compareTo(bound) <= 0).isEmpty()) {
            throw Judged.broken(quoted(what) + " did not come true within " + seconds(bound) + where + ". Seen last: "
                    + seen.last().detail() + ".");
        }
        held.add(quoted(what) + " " + seconds(after.orElseThrow()) + where);
    }

    private void hold(Step.Hold hold) throws InterruptedException {
        waits.accept(hold.what(), hold.span());
        long began = System.nanoTime();
        if (hold.look().isEmpty()) {
            TimeUnit.NANOSECONDS.sleep(hold.span().toNanos());
            return;
        }
        Optional<Observation> wrong =
                looks.during(hold.look().get(), began + hold.span().toNanos());
        if (wrong.isEmpty()) {
            held.add(quoted(hold.what()) + " for " + seconds(hold.span()));
            return;
        }
        String reason =
                quoted(hold.what()) + " did not hold: after " + seconds(Duration.ofNanos(System.nanoTime() - began))
                        + ", " + wrong.get().detail() + ".";
        if (faults.isEmpty() || faults.bit()) {
            throw Judged.broken(reason);
        }
        throw Judged.inconclusive(
                reason + " But by then no fault had harmed anybody.", "Look for what else went wrong at that moment.");
    }

    private void record(Kind kind, String what, Looks.Seen seen) {
        seen.came().ifPresent(came -> record(kind, what, seen.last(), came));
    }

    private void record(Kind kind, String what, Observation last, Detection came) {
        journal.record(
                kind,
                came.firstAfterNanos(),
                what + ": " + last.detail(),
                Map.of("uncertainty_ns", Long.toString(came.uncertainty().toNanos())));
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
