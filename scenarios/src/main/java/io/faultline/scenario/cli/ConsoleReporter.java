package io.faultline.scenario.cli;

import io.faultline.scenario.Result;
import io.faultline.scenario.run.Progress;
import io.faultline.verify.Outcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows people what a run does. One scenario at a time is shown as it happens; of several at a time each is shown whole when
 * it has ended, and meanwhile which ones there are. Thread-safe.
 */
final class ConsoleReporter implements AutoCloseable {

    private final PrintWriter out;
    private final boolean quiet;
    private final boolean live;
    private final int scenarios;
    private final StatusLine status;
    private final Map<String, String> doing = new LinkedHashMap<>();
    private int ended;

    /**
     * @param scenarios how many will be played
     * @param atOnce how many of them at a time
     */
    // Ansi.AUTO tells a terminal on every JDK. The console is only asked in case that colours are forced into a file;
    // since JDK 22 it may be there all the same, and the method that tells more is not in JDK 17.
    @SuppressWarnings("SystemConsoleNull")
    ConsoleReporter(PrintWriter out, boolean quiet, int scenarios, int atOnce) {
        this.out = out;
        this.quiet = quiet;
        this.live = atOnce == 1;
        this.scenarios = scenarios;
        this.status = new StatusLine(out, !quiet, Ansi.AUTO.enabled() && System.console() != null);
    }

    void begins(String run, String engine, long seed) {
        if (!quiet) {
            status.println("run " + run + " on " + engine + ", seed " + seed);
        }
    }

    /** Something is prepared that takes a while. */
    void prepares(String what) {
        status.show(what);
    }

    /** Where one scenario is shown. */
    Progress scene() {
        return new ScenarioProgress(this, quiet);
    }

    /** Whether each line is shown when it comes. */
    boolean isLive() {
        return live;
    }

    synchronized void begun(String scenario) {
        doing.put(scenario, "starting");
        showDoing();
    }

    synchronized void doing(String scenario, String what) {
        if (doing.replace(scenario, what) != null && live) {
            showDoing();
        }
    }

    private void showDoing() {
        if (live) {
            doing.values().forEach(status::show);
        } else {
            status.show(ended + " of " + scenarios + " done; " + String.join(", ", doing.keySet()));
        }
    }

    synchronized void ended(String scenario) {
        ended++;
        doing.remove(scenario);
        status.hide();
    }

    void lines(List<String> lines) {
        synchronized (this) {
            lines.forEach(status::println);
        }
    }

    /** How many of each. */
    void concludes(List<Result> results, Duration took) {
        if (quiet || results.size() < 2) {
            return;
        }
        Map<Outcome, Long> counts = results.stream()
                .collect(Collectors.groupingBy(result -> result.verdict().outcome(), Collectors.counting()));
        status.println("");
        status.println(String.format(
                Locale.ROOT,
                "%d HELD, %d BROKEN, %d INCONCLUSIVE in %d min %02d s",
                counts.getOrDefault(Outcome.HELD, 0L),
                counts.getOrDefault(Outcome.BROKEN, 0L),
                counts.getOrDefault(Outcome.INCONCLUSIVE, 0L),
                took.toMinutes(),
                took.toSecondsPart()));
    }

    @Override
    public void close() {
        status.close();
        out.flush();
    }
}
