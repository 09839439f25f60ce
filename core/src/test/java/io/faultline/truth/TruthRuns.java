package io.faultline.truth;

import io.faultline.verify.Outcome;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Carries all cases out several times, each time in another order, and counts. {@code dev/truth} starts it. */
public final class TruthRuns {

    private static final int AT_A_TIME = 4;

    private final List<Case> cases;
    private final Options options;
    private final PrintStream out;
    private final Map<String, Integer> falseGreens = new TreeMap<>();
    private final Map<String, Integer> falseReds = new TreeMap<>();
    private final Map<String, Integer> gaps = new TreeMap<>();
    private final Map<String, Integer> others = new TreeMap<>();
    private final AtomicReference<Optional<ExecutorService>> carriedOut = new AtomicReference<>(Optional.empty());
    private int runs;
    private boolean told;
    private volatile boolean stopped;

    /** What was asked for. */
    record Options(int runs, long seed, String only) {

        static Options of(String... args) {
            return new Options(Integer.parseInt(args[0]), Long.parseLong(args[1]), args.length > 2 ? args[2] : "");
        }
    }

    private TruthRuns(List<Case> cases, Options options, PrintStream out) {
        this.cases = cases;
        this.options = options;
        this.out = out;
    }

    /**
     * Carries them out.
     *
     * @param args how many times, the seed of their order, and what a case's name has to contain
     * @return the exit code: 1 if a wrong one was HELD or could not be carried out, else 0
     */
    public static int of(List<Case> all, String... args) throws InterruptedException {
        Options options = Options.of(args);
        List<Case> cases = all.stream()
                .filter(each -> each.toString().contains(options.only()))
                .toList();
        TruthRuns truth = new TruthRuns(cases, options, System.out);
        Theatre theatre = new Theatre();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try (theatre) {
                truth.stop();
                truth.summarize();
            }
        }));
        truth.run(theatre);
        return truth.summarize();
    }

    private void run(Theatre theatre) throws InterruptedException {
        out.printf("%d cases, seed %d%n", cases.size(), options.seed());
        for (int number = 1; number <= options.runs() && !stopped; number++) {
            List<Case> order = new ArrayList<>(cases);
            Collections.shuffle(order, new Random(options.seed() + number - 1));
            long began = System.nanoTime();
            List<Result> results = Collections.synchronizedList(new ArrayList<>());
            ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
            carriedOut.set(Optional.of(pool));
            order.forEach(each -> pool.execute(() -> results.add(told(theatre.play(each)))));
            pool.shutdown();
            while (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
                out.flush();
            }
            ended(number, results, began);
        }
    }

    /** Interrupts what is under way, each of which heals then. */
    private void stop() {
        Optional<ExecutorService> pool = carriedOut.get();
        stopped = pool.isPresent() && !pool.get().isTerminated();
        pool.ifPresent(ExecutorService::shutdownNow);
        try {
            if (pool.isPresent() && !pool.get().awaitTermination(30, TimeUnit.SECONDS)) {
                out.println("some cases did not end within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Result told(Result result) {
        synchronized (this) {
            if (stopped) {
                return result;
            }
            boolean isFalse = result.isFalseGreen() || result.isFalseRed();
            if (result.of().gap().isPresent()) {
                gaps.merge(result.of().toString(), isFalse ? 1 : 0, Integer::sum);
            } else if (result.isFalseGreen()) {
                count(falseGreens, "FALSE GREEN", result);
            } else if (result.isFalseRed()) {
                count(falseReds, "false red", result);
            } else if (result.isBesideThePoint()) {
                count(others, "beside the point", result);
            }
        }
        return result;
    }

    private void count(Map<String, Integer> where, String what, Result result) {
        where.merge(result.of().toString(), 1, Integer::sum);
        out.printf("  %s: %s%n", what, result.describe());
        if (result.outcome().isEmpty()) {
            out.println(result.said().indent(6));
        }
    }

    private synchronized void ended(int number, List<Result> results, long began) {
        if (stopped) {
            return;
        }
        runs = number;
        out.printf(
                Locale.ROOT,
                "run %d: %d HELD, %d BROKEN, %d INCONCLUSIVE, %d failed, in %.0f s%n",
                number,
                count(results, Optional.of(Outcome.HELD)),
                count(results, Optional.of(Outcome.BROKEN)),
                count(results, Optional.of(Outcome.INCONCLUSIVE)),
                count(results, Optional.empty()),
                (System.nanoTime() - began) / 1e9);
        results.stream()
                .sorted((a, b) -> Long.compare(b.tookNanos(), a.tookNanos()))
                .limit(Boolean.getBoolean("truth.slowest") ? 15 : 0)
                .forEach(each -> out.printf(Locale.ROOT, "  %.1f s %s%n", each.tookNanos() / 1e9, each.of()));
    }

    private static long count(List<Result> results, Optional<Outcome> outcome) {
        return results.stream().filter(each -> each.outcome().equals(outcome)).count();
    }

    /** Once. */
    private synchronized int summarize() {
        if (!told) {
            told = true;
            out.printf("%d runs: %d false greens, %d false reds%n", runs, sum(falseGreens), sum(falseReds));
            list("false green", falseGreens);
            list("false red", falseReds);
            list("beside the point", others);
            list("known gap, not counted, judged wrongly", gaps);
            out.flush();
        }
        return falseGreens.isEmpty() ? 0 : 1;
    }

    private void list(String what, Map<String, Integer> names) {
        names.forEach((name, times) -> out.printf("  %s, %d times: %s%n", what, times, name));
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The cases in Java alone. */
    public static void main(String... args) throws InterruptedException {
        System.exit(of(TruthCases.all(), args));
    }
}
