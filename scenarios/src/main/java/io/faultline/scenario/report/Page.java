package io.faultline.scenario.report;

import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import io.faultline.verify.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes a report as one page that needs nothing else: no network, no script. Its own policy forbids the browser to load
 * or to run anything, so that text of other programs stays text even if we have made a mistake.
 */
final class Page {

    private final Report report;
    private final List<Result> results;
    private final Comparison comparison;

    private Page(Report report, Comparison comparison) {
        this.report = report;
        this.results = report.results();
        this.comparison = comparison;
    }

    static String of(Report report, Comparison comparison) {
        return new Page(report, comparison).html().markup();
    }

    private Html html() {
        return Html.ofResource(
                "page.html",
                Map.ofEntries(
                        Map.entry("style", Html.resource("page.css")),
                        Map.entry("counts", Summary.counts(results)),
                        Map.entry("heading", heading()),
                        Map.entry("interrupted", interrupted()),
                        Map.entry("verdicts", Arrays.stream(Outcome.values()).map(this::count)),
                        Map.entry("facts", facts()),
                        Map.entry("filter", filter()),
                        Map.entry(
                                "compared",
                                Html.when(comparison.with().isPresent(), "<th scope=\"col\">Compared</th>")),
                        Map.entry("rows", numbers().mapToObj(this::row)),
                        Map.entry("gone", gone()),
                        Map.entry("scenarios", numbers().mapToObj(this::scenario)),
                        Map.entry("version", report.version())));
    }

    private IntStream numbers() {
        return IntStream.range(0, results.size());
    }

    private String heading() {
        long held = Summary.count(results, Outcome.HELD);
        if (results.isEmpty()) {
            return "No scenario was played";
        }
        return held < results.size()
                ? held + " of " + results.size() + " scenarios held"
                : held == 1 ? "The scenario held" : "All " + held + " scenarios held";
    }

    private Html interrupted() {
        return Html.when(
                report.interrupted(),
                "<p class=\"notice\">This run was interrupted before all of its scenarios were played.</p>");
    }

    private Html count(Outcome outcome) {
        return Html.of(
                "<li class=\"{}\"><strong>{}</strong><span aria-hidden=\"true\">{}</span> {}</li>",
                outcome.name().toLowerCase(Locale.ROOT),
                Summary.count(results, outcome),
                Summary.sign(outcome),
                outcome);
    }

    private Stream<Html> facts() {
        OptionalLong seed = report.seed();
        Stream<Html> facts = Stream.of(
                fact("Began", Summary.began(report.began())),
                fact("Took", Seconds.of(Summary.took(results))),
                fact("Engine", report.engine()),
                fact("Run", report.run()),
                fact("Seed", seed.isPresent() ? Long.toString(seed.getAsLong()) : "none"));
        return Stream.concat(facts, comparison.with().map(with -> fact("Compared with", with)).stream());
    }

    private static Html fact(String name, String value) {
        return Html.of("<div><dt>{}</dt><dd>{}</dd></div>", name, value);
    }

    private Html filter() {
        long held = Summary.count(results, Outcome.HELD);
        return Html.when(
                held > 0 && held < results.size(),
                "<p class=\"filter\"><label><input type=\"checkbox\" id=\"hide-held\"/> Hide what held</label></p>");
    }

    private Html row(int number) {
        Result result = results.get(number);
        About about = result.about();
        return Html.of(
                """

                <tr class="{}"><td>{}</td><th scope="row"><a href="#{}">{}</a><span class="settings"> {}</span></th>\
                {}{}{}{}</tr>""",
                ScenarioSection.kind(result),
                ScenarioSection.badge(result),
                id(number),
                result.scenario(),
                result.settings(),
                time("Noticed", Summary.time(result.timeToDetect(), about.boundToDetect())),
                time("Recovered", Summary.time(result.timeToRecover(), about.boundToRecover())),
                time("Ended", Summary.time(result.timeToEnd(), about.boundToEnd())),
                comparison
                        .with()
                        .map(with -> ScenarioSection.differences(comparison.of(result)))
                        .map(differences -> Html.of("<td data-label=\"Compared\">{}</td>", differences)));
    }

    private static Html time(String name, String text) {
        return Html.of("<td data-label=\"{}\" class=\"time\">{}</td>", name, text);
    }

    private Html gone() {
        return Html.when(
                !comparison.gone().isEmpty(),
                "<p>No longer played:</p><ul>{}</ul>",
                comparison.gone().stream().map(gone -> Html.of("<li>{}</li>", gone)));
    }

    private Html scenario(int number) {
        return ScenarioSection.of(results.get(number), comparison, id(number));
    }

    private static String id(int number) {
        return "scenario-" + (number + 1);
    }
}
