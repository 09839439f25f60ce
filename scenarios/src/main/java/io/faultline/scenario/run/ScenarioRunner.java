package io.faultline.scenario.run;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step;
import io.faultline.verify.Cause;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import io.faultline.verify.VerdictException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Plays scenarios, each with a Faultline of its own, and makes results of them. Thread-safe if its progress is. */
public final class ScenarioRunner {

    private final DockerRun run;
    private final boolean control;

    /** @param run with its agent started: what a scenario starts is recognized as left behind by the agent's absence */
    public ScenarioRunner(DockerRun run) {
        this(run, false);
    }

    /** @param control whether what held is played again without arming the faults, where it must not come true */
    public ScenarioRunner(DockerRun run, boolean control) {
        this.run = run;
        this.control = control;
    }

    /**
     * Plays one scenario. If the thread is interrupted meanwhile, all is healed, the result is INCONCLUSIVE and the interrupt
     * status stays set; so it is if the system cannot be started, or the machine cannot carry the fault.
     */
    public Result play(Scenario scenario, SystemSource source, Settings settings, Progress progress) {
        progress.begins(scenario, settings);
        long began = System.nanoTime();
        Faultline faultline = Faultline.in(run);
        faultline.journal().onEvent(progress::happened);
        Times times = new Times();
        Journal controlled = new Journal();
        Verdict verdict = judge(scenario, source, faultline, new Outcomes(times, controlled), progress);
        faultline
                .journal()
                .record(
                        Kind.VERDICT,
                        verdict.toString(),
                        Map.of(
                                "outcome", verdict.outcome().name(),
                                "cause", verdict.cause().name()));
        Result result = new Result(
                scenario.name(),
                about(scenario, times),
                settings,
                verdict,
                Duration.ofNanos(System.nanoTime() - began),
                times.toDetect().took(),
                times.toRecover().took(),
                times.toEnd().took(),
                faultline.journal(),
                Optional.of(controlled).filter(journal -> !journal.events().isEmpty()));
        progress.ended(result);
        return result;
    }

    private static About about(Scenario scenario, Times times) {
        return new About(
                scenario.about().title(),
                scenario.about().why(),
                scenario.about().good(),
                scenario.about().fix(),
                scenario.about().tags(),
                times.toDetect().bound(),
                times.toRecover().bound(),
                times.toEnd().bound());
    }

    /** What is measured and seen on the way to a verdict. */
    private record Outcomes(Times times, Journal control) {}

    private Verdict judge(
            Scenario scenario, SystemSource source, Faultline faultline, Outcomes outcomes, Progress progress) {
        long began = System.nanoTime();
        try (faultline; // for what it opened before there was a system
                RunningSystem system = source.open(scenario, run, faultline, progress::prepares)) {
            try (faultline) { // before the system goes: what is healed is to be there
                ScenarioRun play = new ScenarioRun(scenario, faultline, system, outcomes.times(), progress::waitsFor);
                Verdict verdict = play.verdict();
                return control && verdict.outcome() == Outcome.HELD
                        ? controlled(scenario, system, play, verdict, outcomes.control(), progress)
                        : advised(verdict, scenario);
            } finally {
                logs(system, faultline);
            }
        } catch (ImpossibleFaultException e) {
            return new Verdict(Cause.IMPOSSIBLE_FAULT, "this machine cannot carry the fault: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict(Cause.INTERRUPTED, interrupted(began));
        } catch (RuntimeException | AssertionError e) {
            return Thread.currentThread().isInterrupted()
                    ? new Verdict(Cause.INTERRUPTED, interrupted(began))
                    : new Verdict(Cause.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Plays the same without arming; on a system that has not ended. */
    private Verdict controlled(
            Scenario scenario, RunningSystem system, ScenarioRun play, Verdict held, Journal journal, Progress progress)
            throws InterruptedException {
        if (scenario.steps().stream().flatMap(Step::all).anyMatch(Step.Terminate.class::isInstance)) {
            return held;
        }
        progress.prepares("control: the same without the fault");
        try (Faultline faultline = Faultline.in(run, journal)) {
            ScenarioRun again = new ScenarioRun(scenario, faultline, system, new Times(), progress::waitsFor);
            new Control(again, play.expectations().noticed()).take(scenario.steps());
            return held;
        } catch (VerdictException anyway) {
            return anyway.verdict();
        }
    }

    /** Who is told that something is broken is told what to do. */
    private static Verdict advised(Verdict verdict, Scenario scenario) {
        return verdict.outcome() == Outcome.BROKEN
                ? new Verdict(
                        verdict.cause(),
                        verdict.reason(),
                        Optional.of(scenario.about().fix()),
                        verdict.attribution())
                : verdict;
    }

    /** Whether nothing was learned for the one reason that this machine lacks what a fault needs. */
    public static boolean isImpossible(Verdict verdict) {
        return verdict.cause() == Cause.IMPOSSIBLE_FAULT;
    }

    private static void logs(RunningSystem system, Faultline faultline) throws InterruptedException {
        if (!Thread.currentThread().isInterrupted()) {
            ContainerLogs.record(system, faultline.journal());
        }
    }

    /** With the time: by it one tells a limit that was too short from a Ctrl-C. */
    private static String interrupted(long began) {
        return "it was interrupted after " + ScenarioRun.seconds(Duration.ofNanos(System.nanoTime() - began))
                + ", before its end";
    }
}
