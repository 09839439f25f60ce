package io.faultline.scenario.run;

import io.faultline.Faultline;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.Fault;
import io.faultline.observe.Client;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step;
import io.faultline.topology.Target;
import io.faultline.verify.Expectation;
import io.faultline.verify.ExperimentEngine;
import io.faultline.verify.FaultWindow;
import io.faultline.verify.Verdict;
import io.faultline.verify.VerdictException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One scenario on one running system, from the steady state to the verdict. */
final class ScenarioRun {

    static final String CLIENT = "client";

    private final Scenario scenario;
    private final Faultline faultline;
    private final RunningSystem system;
    private final BiConsumer<String, Duration> waits;
    private final ProbeRunner looks;
    private final ExperimentEngine engine;
    private final StepExpectations expectations;
    private final Recordings recordings;
    private final Times times;
    private final Map<String, FaultWindow> open = Collections.synchronizedMap(new LinkedHashMap<>());

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
        this.times = times;
        this.waits = waits;
        this.looks = new ProbeRunner(scenario, system, faultline.journal());
        this.recordings = new Recordings(faultline, system);
        this.engine = faultline.experiments(client());
        this.expectations = new StepExpectations(scenario, engine, looks, times, faultline.journal(), waits);
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
            expectations.awaitSteady();
            expectations.arm(scenario.steps());
            take(scenario.steps(), List.of());
            while (!open.isEmpty()) {
                heal(newest(), List.of());
            }
            expectations.awaitSteadyAgain();
            return expectations.asExpected();
        } catch (VerdictException judged) {
            engine.abandon();
            return judged.verdict();
        } finally {
            expectations.close();
        }
    }

    private String newest() {
        synchronized (open) {
            return open.keySet().stream().reduce("", (older, newer) -> newer);
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
                expectations.expect(expect);
            } else if (step instanceof Step.Hold hold) {
                expectations.hold(hold);
            } else if (step instanceof Step.Heal heal) {
                heal(heal.name(), following);
            } else if (step instanceof Step.Terminate terminate) {
                waits.accept(terminate.role() + " stops", terminate.within());
                expectations.held(new Terminations(system, faultline, looks, times).tell(terminate));
            } else if (step instanceof Step.RecordCalls recorded) {
                recordings.begin(recorded);
            } else if (step instanceof Step.Check check) {
                waits.accept("the truth about " + check.name(), check.within());
                expectations.held(recordings.check(check));
            } else if (step instanceof Step.Parallel parallel) {
                Branches.take(parallel.branches(), branch -> take(branch, following));
            } else if (step instanceof Step.Repeat repeat) {
                for (int round = 1; round <= repeat.times(); round++) {
                    take(repeat.steps(), round < repeat.times() ? repeat.steps() : following);
                }
            }
        }
    }

    private void inject(Step.Inject inject, List<Step> following) throws InterruptedException {
        List<Expectation> later = expectations.watchUnder(inject.name(), following);
        open.put(inject.name(), engine.inject(fault(inject), later));
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

    private void heal(String name, List<Step> following) throws InterruptedException {
        FaultWindow window = Optional.ofNullable(open.remove(name))
                .orElseThrow(() -> new IllegalStateException(quoted(name) + " is not open."));
        expectations.arm(following);
        if (open.isEmpty()) {
            expectations.watchRecoveries(following);
        }
        Optional<Verdict> problem = engine.heal(window);
        if (problem.isPresent()) {
            throw new VerdictException(problem.get());
        }
    }

    ExperimentEngine engine() {
        return engine;
    }

    StepExpectations expectations() {
        return expectations;
    }

    static String quoted(String text) {
        return '"' + text + '"';
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
