package io.faultline.scenario.run;

import io.faultline.Faultline;
import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.Step;
import io.faultline.shutdown.Termination;
import io.faultline.verify.BrokenError;
import io.faultline.verify.Cause;
import io.faultline.verify.InconclusiveError;
import io.faultline.verify.Verdict;
import io.faultline.verify.VerdictException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Tells a role to stop, and judges how it does. */
record Terminations(RunningSystem system, Faultline faultline, ProbeRunner looks, Times times) {

    private static final long UNDER_WAY_MILLIS = 400;

    /** In a few words how it stopped; what did not hold is thrown. */
    String tell(Step.Terminate step) throws InterruptedException {
        Termination termination = faultline.terminate(system.target(step.role()));
        step.signal().ifPresent(termination::signal);
        step.exitCodes().stream()
                .sorted()
                .findFirst()
                .ifPresent(first -> termination.exitCode(
                        first,
                        step.exitCodes().stream()
                                .sorted()
                                .skip(1)
                                .mapToInt(Integer::intValue)
                                .toArray()));
        if (!step.lastLogLine().isEmpty()) {
            termination.lastLogLine(step.lastLogLine());
        }
        step.againAfter().ifPresent(termination::repeatSignalAfter);
        step.finishing().ifPresent(probe -> finishing(probe, termination));
        try {
            termination.within(step.within());
        } catch (BrokenError | InconclusiveError e) {
            faultline.acknowledge(e); // thrown on below, in a scenario's words
            Optional<Verdict> verdict = termination.verdict();
            throw verdict.map(VerdictException::new)
                    .orElseGet(() -> new VerdictException(new Verdict(
                            Cause.FAILED,
                            String.valueOf(e.getMessage()),
                            "Look at what " + step.role() + " was doing.")));
        } finally {
            times.ended(termination.timeToEnd(), step.within());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while " + step.role() + " was stopping");
        }
        return ScenarioRun.quoted(step.role() + " stops") + " within "
                + ScenarioRun.seconds(termination.timeToEnd().orElse(step.within()));
    }

    /** Begins the look just before the signal; it has to be under way then, and to pass all the same. */
    private void finishing(String probe, Termination termination) {
        CompletableFuture<Observation> work = new CompletableFuture<>();
        termination.beforeSignal(() -> {
            Thread thread = new Thread(() -> look(probe, work), "faultline-work");
            thread.setDaemon(true);
            thread.start();
            TimeUnit.MILLISECONDS.sleep(UNDER_WAY_MILLIS);
            if (work.isDone()) {
                throw new IllegalStateException("\"" + probe + "\" was over before the signal: "
                        + work.join().detail() + ". Let it take longer.");
            }
        });
        termination.finishing(
                "what was under way is done (" + probe + ")",
                () -> work.isDone()
                        && !work.isCompletedExceptionally()
                        && work.join().ok());
    }

    private void look(String probe, CompletableFuture<Observation> work) {
        try {
            work.complete(looks.once(probe));
        } catch (InterruptedException | RuntimeException e) {
            work.completeExceptionally(e);
        }
    }
}
