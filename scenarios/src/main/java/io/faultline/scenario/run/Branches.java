package io.faultline.scenario.run;

import io.faultline.scenario.model.Step;
import io.faultline.verify.Outcome;
import io.faultline.verify.VerdictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Takes several sequences of steps at the same time. The first that fails ends the others. */
final class Branches {

    private static final long END_SECONDS = 60;

    private Branches() {}

    /** Takes one sequence. */
    @FunctionalInterface
    interface Taking {
        void take(List<Step> steps) throws InterruptedException;
    }

    static void take(List<List<Step>> branches, Taking taking) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(branches.size());
        List<RuntimeException> failures = new ArrayList<>();
        try {
            CompletionService<Void> ends = new ExecutorCompletionService<>(threads);
            branches.forEach(branch -> ends.submit(taking(branch, taking)));
            for (int i = 0; i < branches.size(); i++) {
                try {
                    ends.take().get();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException failure) {
                        failures.add(failure);
                    }
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    threads.shutdownNow();
                }
            }
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        }
        worst(failures).ifPresent(failure -> {
            throw failure;
        });
    }

    private static Callable<Void> taking(List<Step> branch, Taking taking) {
        return () -> {
            taking.take(branch);
            return null;
        };
    }

    /** One that says BROKEN, or else the first. */
    private static Optional<RuntimeException> worst(List<RuntimeException> failures) {
        return failures.stream()
                .filter(failure -> failure instanceof VerdictException judged
                        && judged.verdict().outcome() == Outcome.BROKEN)
                .findFirst()
                .or(() -> failures.stream().findFirst());
    }
}
