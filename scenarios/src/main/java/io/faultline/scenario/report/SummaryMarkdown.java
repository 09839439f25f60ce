package io.faultline.scenario.report;

import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import io.faultline.verify.Outcome;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a report as Markdown, for the summary of a CI job: a table, and below it what did not hold. */
final class SummaryMarkdown {

    /** CI systems take a summary of a megabyte at most; an error message of somebody else's may be longer. */
    private static final int LONGEST = 1500;

    private final StringBuilder text = new StringBuilder();
    private final Report report;
    private final Comparison comparison;

    private SummaryMarkdown(Report report, Comparison comparison) {
        this.report = report;
        this.comparison = comparison;
    }

    static String of(Report report, Comparison comparison) {
        SummaryMarkdown summary = new SummaryMarkdown(report, comparison);
        summary.write();
        return summary.text.toString();
    }

    private void write() {
        paragraph("## Faultline: " + Summary.counts(report.results()));
        paragraph("Run " + escaped(report.run()) + " with Faultline " + escaped(report.version()) + " on "
                + escaped(report.engine()) + ", " + Summary.began(report.began())
                + (report.seed().isPresent() ? ", seed " + report.seed().getAsLong() : "")
                + (report.interrupted() ? ". **Interrupted before its end.**" : "."));
        if (!report.results().isEmpty()) {
            table();
        }
        comparison.with().ifPresent(this::compared);
        report.results().stream()
                .filter(result -> result.verdict().outcome() != Outcome.HELD)
                .forEach(this::problem);
    }

    private void table() {
        boolean compares = comparison.with().isPresent();
        line("| verdict | scenario | noticed | recovered | ended |" + (compares ? " compared |" : ""));
        line("|---|---|---|---|---|" + (compares ? "---|" : ""));
        for (Result result : report.results()) {
            About about = result.about();
            Outcome outcome = result.verdict().outcome();
            line("| " + Summary.sign(outcome) + " **" + outcome + "** | "
                    + escaped(result.scenario() + " (" + result.settings() + ")") + " | "
                    + Summary.time(result.timeToDetect(), about.boundToDetect()) + " | "
                    + Summary.time(result.timeToRecover(), about.boundToRecover()) + " | "
                    + Summary.time(result.timeToEnd(), about.boundToEnd()) + " |"
                    + (compares ? " " + differences(result) + " |" : ""));
        }
        line("");
    }

    private String differences(Result result) {
        List<Difference> found = comparison.of(result);
        return found.isEmpty()
                ? "as before"
                : found.stream()
                        .map(one -> one.turn().sign() + " " + escaped(one.text()))
                        .collect(Collectors.joining("; "));
    }

    private void compared(String with) {
        paragraph("Compared with " + escaped(with) + ".");
        comparison.gone().forEach(gone -> line("- No longer played: " + escaped(gone)));
        line("");
    }

    private void problem(Result result) {
        paragraph("### " + Summary.sign(result.verdict().outcome()) + " "
                + result.verdict().outcome() + ": " + escaped(result.scenario() + " (" + result.settings() + ")"));
        paragraph(escaped(result.about().title()));
        paragraph(escaped(result.verdict().reason()));
        result.verdict().advice().ifPresent(advice -> paragraph("**What to do:** " + escaped(advice)));
        if (!result.about().fix().isBlank()) {
            paragraph("**How to fix it:** " + escaped(result.about().fix()));
        }
    }

    private void paragraph(String markdown) {
        if (!markdown.isBlank()) {
            line(markdown + "\n");
        }
    }

    private void line(String markdown) {
        text.append(markdown).append('\n');
    }

    /** Any text as it is, on one line: nothing in it is Markdown, HTML or the border of a cell. */
    private static String escaped(String text) {
        return PrintableText.atMost(LONGEST, PrintableText.line(text))
                .replaceAll("[\\\\`*_\\[\\]|~]", "\\\\$0")
                .replaceAll("^[-+#=]", "\\\\$0")
                .replaceAll("^(\\d+)([.)] )", "$1\\\\$2")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
