package io.faultline.scenario.report;

import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import io.faultline.verify.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Writes a report as one page that needs nothing else: no network, no script. Its own policy forbids the browser to load
 * or to run anything, so that text of other programs stays text even if we have made a mistake.
 */
final class Page {

    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    private static final String STYLE = resource("page.css");

    private final Markup out = new Markup();
    private final Report report;
    private final Comparison comparison;

    private Page(Report report, Comparison comparison) {
        this.report = report;
        this.comparison = comparison;
    }

    static String of(Report report, Comparison comparison) {
        Page page = new Page(report, comparison);
        page.body();
        return "<!DOCTYPE html>\n<html lang=\"en\">\n" + head(report) + page.out + "\n</html>\n";
    }

    private static String head(Report report) {
        Markup meta = new Markup()
                .empty("meta", "charset", "UTF-8")
                .empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY)
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .empty("meta", "name", "color-scheme", "content", "light dark")
                .empty("link", "rel", "icon", "href", "data:,")
                .leaf("title", "Faultline: " + Summary.counts(report.results()));
        return "<head>\n" + meta + "\n<style>\n" + STYLE + "</style>\n</head>\n";
    }

    private void body() {
        out.open("body");
        hatch();
        out.leaf("a", "Skip to the scenarios", "href", "#scenarios", "class", "skip");
        header();
        out.open("main");
        overview();
        out.open("section", "id", "scenarios", "aria-label", "Scenarios");
        for (int i = 0; i < report.results().size(); i++) {
            Result result = report.results().get(i);
            ScenarioSection.write(out, result, comparison, id(i));
        }
        out.close().close();
        out.open("footer")
                .leaf(
                        "p",
                        "Drawn by Faultline " + report.version() + ". The same for programs: report.json, junit.xml.");
        out.close().close();
    }

    private static String id(int number) {
        return "scenario-" + (number + 1);
    }

    /** What charts fill a state with that must be told without its colour. */
    private void hatch() {
        out.open("svg", "class", "patterns", "aria-hidden", "true", "width", "0", "height", "0");
        out.open("defs");
        out.open(
                "pattern",
                "id",
                "hatch",
                "width",
                "7",
                "height",
                "7",
                "patternUnits",
                "userSpaceOnUse",
                "patternTransform",
                "rotate(45)");
        out.leaf("rect", "", "width", "2", "height", "7", "class", "hatch-line");
        out.close().close().close();
    }

    private void header() {
        out.open("header").leaf("p", "Faultline", "class", "brand");
        out.leaf("h1", heading());
        if (report.interrupted()) {
            out.leaf("p", "This run was interrupted before all of its scenarios were played.", "class", "notice");
        }
        out.open("ul", "class", "counts", "aria-label", "Verdicts");
        for (Outcome outcome : Outcome.values()) {
            out.open("li", "class", outcome.name().toLowerCase(Locale.ROOT));
            out.leaf("strong", Long.toString(Summary.count(report.results(), outcome)));
            out.leaf("span", Summary.sign(outcome), "aria-hidden", "true")
                    .text(" " + outcome)
                    .close();
        }
        out.close();
        out.open("dl", "class", "run");
        fact("Began", Summary.began(report.began()));
        fact("Took", Seconds.of(Summary.took(report.results())));
        fact("Engine", report.engine());
        fact("Run", report.run());
        fact("Seed", report.seed().isPresent() ? Long.toString(report.seed().getAsLong()) : "none");
        comparison.with().ifPresent(with -> fact("Compared with", with));
        out.close().close();
    }

    private String heading() {
        List<Result> results = report.results();
        if (results.isEmpty()) {
            return "No scenario was played";
        }
        long held = Summary.count(results, Outcome.HELD);
        return held == results.size()
                ? held == 1 ? "The scenario held" : "All " + held + " scenarios held"
                : held + " of " + results.size() + " scenarios held";
    }

    private void fact(String name, String value) {
        out.open("div").leaf("dt", name).leaf("dd", value).close();
    }

    private void overview() {
        out.open("section", "aria-labelledby", "overview").leaf("h2", "Overview", "id", "overview");
        long held = Summary.count(report.results(), Outcome.HELD);
        if (held > 0 && held < report.results().size()) {
            out.open("p", "class", "filter").open("label");
            out.empty("input", "type", "checkbox", "id", "hide-held");
            out.text(" Hide what held").close().close();
        }
        table();
        if (!comparison.gone().isEmpty()) {
            out.leaf("p", "No longer played:").open("ul");
            comparison.gone().forEach(gone -> out.leaf("li", gone));
            out.close();
        }
        legend();
        out.close();
    }

    private void table() {
        if (report.results().isEmpty()) {
            return;
        }
        boolean compares = comparison.with().isPresent();
        out.open("table", "class", "overview").leaf("caption", "Scenarios, in the order in which they were played");
        out.open("thead").open("tr");
        for (String column : List.of("Verdict", "Scenario", "Noticed", "Recovered", "Ended")) {
            out.leaf("th", column, "scope", "col");
        }
        if (compares) {
            out.leaf("th", "Compared", "scope", "col");
        }
        out.close().close().open("tbody");
        for (int i = 0; i < report.results().size(); i++) {
            row(report.results().get(i), id(i), compares);
        }
        out.close().close();
    }

    private void row(Result result, String id, boolean compares) {
        About about = result.about();
        out.open("tr", "class", ScenarioSection.kind(result));
        out.open("td");
        ScenarioSection.badge(out, result);
        out.close();
        out.open("th", "scope", "row").leaf("a", result.scenario(), "href", "#" + id);
        out.leaf("span", " " + result.settings(), "class", "settings").close();
        time("Noticed", Summary.time(result.timeToDetect(), about.boundToDetect()));
        time("Recovered", Summary.time(result.timeToRecover(), about.boundToRecover()));
        time("Ended", Summary.time(result.timeToEnd(), about.boundToEnd()));
        if (compares) {
            out.open("td", "data-label", "Compared");
            ScenarioSection.differences(out, comparison.of(result));
            out.close();
        }
        out.close();
    }

    private void time(String name, String text) {
        out.leaf("td", text, "data-label", name, "class", "time");
    }

    private void legend() {
        out.open("details", "class", "legend").leaf("summary", "How to read the pictures");
        out.leaf(
                "p",
                "All of one picture is drawn over one axis, to scale. Its zero is the moment in which the first fault "
                        + "was in force, or the first signal was sent. Dashed lines through the picture mark what was seen, so that "
                        + "one sees what else was so at that moment.");
        out.open("ul");
        Arrays.stream(Band.State.values()).forEach(state -> {
            out.open("li");
            LegendSample.of(out, state);
            out.text(" " + LegendSample.meaning(state)).close();
        });
        Arrays.stream(Mark.Sign.values()).forEach(sign -> {
            out.open("li");
            LegendSample.of(out, sign);
            out.text(" " + LegendSample.meaning(sign)).close();
        });
        out.close().close();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
