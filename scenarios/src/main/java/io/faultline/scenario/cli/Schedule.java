package io.faultline.scenario.cli;

import io.faultline.docker.engine.EngineException;
import io.faultline.scenario.Result;
import io.faultline.verify.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Plays scenarios, some at a time, each in a thread that is interrupted if it takes too long or the run ends. */
final class Schedule {

    /** How long what was interrupted may take to heal and to clean up. */
    private static final Duration CLEANING = Duration.ofSeconds(60);

    private final int atOnce;
    private final Duration limit;
    private final boolean failFast;

    /**
     * @param limit how long one scenario may take
     * @param failFast whether none begins any more once one was not HELD
     */
    Schedule(int atOnce, Duration limit, boolean failFast) {
        this.atOnce = atOnce;
        this.limit = limit;
        this.failFast = failFast;
    }

    /**
     * Plays all, in this order; ends early, with what there is, if the caller's thread is interrupted, whose status stays set.
     *
     * @param results gets each when it is there, from several threads
     * @throws EngineException if a system could not be started; the others are interrupted
     */
    void play(List<Supplier<Result>> plays, List<Result> results) {
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try {
            CompletionService<Result> ends = new ExecutorCompletionService<>(threads);
            List<Supplier<Result>> waiting = new ArrayList<>(plays);
            int playing = 0;
            while (playing > 0 || !waiting.isEmpty()) {
                while (playing < atOnce && !waiting.isEmpty()) {
                    Supplier<Result> next = waiting.remove(0);
                    ends.submit(() -> limited(next, clock, results));
                    playing++;
                }
                Result result = ends.take().get();
                playing--;
                if (failFast && result.verdict().outcome() != Outcome.HELD) {
                    waiting.clear();
                }
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            awaitEnd(threads);
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            threads.shutdownNow();
            awaitEnd(threads);
            throw unchecked(e.getCause() == null ? e : e.getCause());
        } finally {
            threads.shutdownNow();
            clock.shutdownNow();
        }
    }

    private Result limited(Supplier<Result> play, ScheduledExecutorService clock, List<Result> results) {
        Thread thread = Thread.currentThread();
        ScheduledFuture<?> end = clock.schedule(thread::interrupt, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            Result result = play.get();
            results.add(result); // here, so that what was interrupted is among them
            return result;
        } finally {
            end.cancel(false);
            Thread.interrupted(); // this thread plays the next one
        }
    }

    private static void awaitEnd(ExecutorService threads) {
        try {
            threads.awaitTermination(CLEANING.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException unchecked(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }
}
