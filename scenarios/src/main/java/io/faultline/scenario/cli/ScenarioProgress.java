package io.faultline.scenario.cli;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Timeline;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.Progress;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/**
 * One scenario on the screen: the timeline, what is waited for, and the verdict. Times are counted from the fault, as in the
 * reports; so what happens before it is shown together with it. Thread-safe.
 */
final class ScenarioProgress implements Progress {

    private final ConsoleReporter reporter;
    private final boolean quiet;
    private final List<Event> beforeFault = new ArrayList<>();
    private final List<String> heldBack = new ArrayList<>();
    private Optional<Duration> zero = Optional.empty();
    private String title = "";

    ScenarioProgress(ConsoleReporter reporter, boolean quiet) {
        this.reporter = reporter;
        this.quiet = quiet;
    }

    @Override
    public synchronized void begins(Scenario scenario, Settings settings) {
        title = scenario.name() + " (" + settings + ")";
        if (!quiet) {
            show("");
            show(Ansi.AUTO.string("@|bold " + scenario.name() + "|@") + " (" + settings + "): "
                    + scenario.about().title());
        }
        reporter.begun(title);
    }

    @Override
    public void prepares(String what) {
        reporter.doing(title, what);
    }

    @Override
    public void waitsFor(String what, Duration bound) {
        reporter.doing(title, "up to " + bound.toSeconds() + " s for \"" + what + '"');
    }

    @Override
    public synchronized void happened(Event event) {
        if (quiet || event.kind() == Kind.VERDICT || event.kind() == Kind.LOG || event.kind() == Kind.OPERATION) {
            return; // the verdict is shown at the end, and not twice; the log and the operations are in the report
        }
        if (zero.isPresent()) {
            line(event);
            return;
        }
        beforeFault.add(event);
        if (event.kind().isBeginning()) {
            zero = Optional.of(event.at());
            showBeforeFault();
        }
    }

    private void showBeforeFault() {
        beforeFault.sort(Comparator.comparing(Event::at));
        beforeFault.forEach(this::line);
        beforeFault.clear();
    }

    private void line(Event event) {
        show(Timeline.line(event, zero.orElse(Duration.ZERO)));
    }

    private void show(String line) {
        heldBack.add(line);
        if (reporter.isLive()) {
            flush();
        }
    }

    private void flush() {
        reporter.lines(List.copyOf(heldBack));
        heldBack.clear();
    }

    @Override
    public synchronized void ended(Result result) {
        showBeforeFault();
        reporter.ended(title);
        Verdict verdict = result.verdict();
        show(coloured(verdict) + "  " + title
                + time("detected", result.timeToDetect())
                + time("recovered", result.timeToRecover())
                + time("ended", result.timeToEnd()));
        switch (verdict.outcome()) {
            case HELD -> {}
            case BROKEN, INCONCLUSIVE -> show("  because: " + verdict.reason());
        }
        verdict.advice().ifPresent(advice -> show("  advice:  " + advice));
        flush();
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
}
