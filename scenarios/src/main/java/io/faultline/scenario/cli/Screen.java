package io.faultline.scenario.cli;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Timeline;
import io.faultline.scenario.Progress;
import io.faultline.scenario.Result;
import io.faultline.scenario.Scenario;
import io.faultline.scenario.Settings;
import io.faultline.verify.Verdict;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows people what a run does: the timeline as it happens, what is waited for, and the verdict. Times are counted from
 * the fault, as in the reports; so what happens before it is shown together with it. Thread-safe.
 */
final class Screen implements Progress, AutoCloseable {

    private final PrintWriter out;
    private final boolean quiet;
    private final StatusLine status;
    private final List<Event> beforeFault = new ArrayList<>();
    private Optional<Duration> zero = Optional.empty();

    // Ansi.AUTO tells a terminal on every JDK. The console is only asked in case that colours are forced into a file;
    // since JDK 22 it may be there all the same, and the method that tells more is not in JDK 17.
    @SuppressWarnings("SystemConsoleNull")
    Screen(PrintWriter out, boolean quiet) {
        this.out = out;
        this.quiet = quiet;
        this.status = new StatusLine(out, !quiet, Ansi.AUTO.enabled() && System.console() != null);
    }

    @Override
    public synchronized void begins(String id, String engine) {
        if (!quiet) {
            status.println("run " + id + " on " + engine);
        }
    }

    @Override
    public synchronized void begins(Scenario scenario, Settings settings) {
        zero = Optional.empty();
        status.hide();
        if (!quiet) {
            status.println("");
            status.println(
                    Ansi.AUTO.string("@|bold " + scenario.name() + "|@") + " (" + settings + "): " + scenario.title());
        }
    }

    @Override
    public synchronized void prepares(String what) {
        status.show(what);
    }

    @Override
    public synchronized void waitsFor(String what, Duration bound) {
        status.show("waiting up to " + bound.toSeconds() + " s for \"" + what + '"');
    }

    @Override
    public synchronized void happened(Event event) {
        if (event.kind() == Kind.VERDICT) {
            status.hide(); // nothing is waited for any more; the verdict is shown at the end, and not twice
            return;
        }
        if (quiet || event.kind() == Kind.LOG) {
            return; // containers can log more than anyone reads; reports have all of it
        }
        if (zero.isPresent()) {
            line(event);
            return;
        }
        beforeFault.add(event);
        if (event.kind().isBeginning()) {
            zero = Optional.of(event.at());
            showHeldBack();
        }
    }

    private void showHeldBack() {
        beforeFault.sort(Comparator.comparing(Event::at));
        beforeFault.forEach(this::line);
        beforeFault.clear();
    }

    private void line(Event event) {
        status.println(Timeline.line(event, zero.orElse(Duration.ZERO)));
    }

    @Override
    public synchronized void ended(Result result) {
        showHeldBack();
        status.hide();
        Verdict verdict = result.verdict();
        status.println(coloured(verdict) + "  " + result.scenario() + " (" + result.settings() + ")"
                + time("detected", result.timeToDetect())
                + time("recovered", result.timeToRecover())
                + time("ended", result.timeToEnd()));
        switch (verdict.outcome()) {
            case HELD -> {}
            case BROKEN, INCONCLUSIVE -> status.println("  because: " + verdict.reason());
        }
        verdict.advice().ifPresent(advice -> status.println("  advice:  " + advice));
    }

    private static String coloured(Verdict verdict) {
        String colour = switch (verdict.outcome()) {
            case HELD -> "green";
            case BROKEN -> "red";
            case INCONCLUSIVE -> "yellow";
        };
        return Ansi.AUTO.string("@|bold," + colour + " " + verdict.outcome() + "|@");
    }

    private static String time(String what, Optional<Duration> after) {
        return after.map(known -> String.format(Locale.ROOT, "  %s after %.2f s", what, known.toNanos() / 1e9))
                .orElse("");
    }

    @Override
    public void close() {
        status.close();
        out.flush();
    }
}
