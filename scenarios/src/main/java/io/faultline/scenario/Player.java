package io.faultline.scenario;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.EngineException;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.verify.BrokenError;
import io.faultline.verify.Outcome;
import io.faultline.verify.Termination;
import io.faultline.verify.Trial;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.Optional;

/** Plays scenarios and makes results of what they throw. */
public final class Player {

    private final DockerRun run;
    private final Settings settings;
    private final Progress progress;

    /** @param run with its agent started: reference systems are recognized as left behind by the agent's absence */
    public Player(DockerRun run, Settings settings, Progress progress) {
        this.run = run;
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Plays one scenario. If the thread is interrupted meanwhile, it is INCONCLUSIVE and the interrupt status stays set.
     *
     * @throws EngineException if the reference system cannot be started
     * @throws ImpossibleFaultException if this machine cannot carry the fault
     */
    public Result play(Scenario scenario) {
        Settings heeded = scenario.heeds(settings);
        progress.begins(scenario, heeded);
        long began = System.nanoTime();
        Faultline faultline = Faultline.in(run);
        faultline.journal().onEvent(progress::happened);
        Stage stage = new Stage(run, heeded, progress, faultline);
        Verdict verdict = judge(scenario, stage, faultline);
        Result result = new Result(
                scenario.name(),
                About.of(scenario.title(), scenario.why()),
                heeded,
                verdict,
                Duration.ofNanos(System.nanoTime() - began),
                stage.trial().flatMap(Trial::timeToDetect),
                stage.trial().flatMap(Trial::timeToRecover),
                stage.termination().flatMap(Termination::timeToEnd),
                faultline.journal());
        progress.ended(result);
        return result;
    }

    private static Verdict judge(Scenario scenario, Stage stage, Faultline faultline) {
        try (faultline) {
            scenario.play(stage);
            return stage.verdict().orElseThrow(() -> new IllegalStateException(scenario.name() + " expected nothing."));
        } catch (EngineException | ImpossibleFaultException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return interrupted();
        } catch (RuntimeException | AssertionError e) {
            return Thread.currentThread().isInterrupted() ? interrupted() : ofFailure(stage, e);
        }
    }

    private static Verdict interrupted() {
        return inconclusive("it was interrupted before its end");
    }

    // What was judged says it better than the error's message, which carries the timeline. But only a part
    // may have been judged before something else went wrong, and a fault that could not be healed spoils a verdict.
    private static Verdict ofFailure(Stage stage, Throwable failure) {
        Outcome outcome = failure instanceof BrokenError ? Outcome.BROKEN : Outcome.INCONCLUSIVE;
        return stage.verdict()
                .filter(verdict -> failure instanceof AssertionError && verdict.outcome() == outcome)
                .orElseGet(() -> inconclusive(String.valueOf(failure.getMessage())));
    }

    private static Verdict inconclusive(String reason) {
        return new Verdict(Outcome.INCONCLUSIVE, reason, Optional.empty());
    }
}
