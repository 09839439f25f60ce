package io.faultline.scenario.report;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes what the page says about one scenario. */
final class ScenarioSection {

    private static final int MOST_CALLS = 200;

    private final Result result;
    private final About about;
    private final TimelineModel timeline;

    private ScenarioSection(Result result) {
        this.result = result;
        this.about = result.about();
        this.timeline = TimelineModel.of(result);
    }

    /** @param id of the section in the page, for links to it */
    static Html of(Result result, Comparison comparison, String id) {
        return new ScenarioSection(result).article(comparison, id);
    }

    private Html article(Comparison comparison, String id) {
        Verdict verdict = result.verdict();
        return Html.of(
                """
                <article id="{}" class="{}" aria-labelledby="{}-name">
                <h2 id="{}-name">{} <span>{}</span><span class="settings"> {}</span></h2>
                {}
                <div class="verdict"><p>{}</p>{}{}</div>
                <dl class="numbers">{}</dl>
                {}{}
                <div class="about">{}{}{}</div>
                {}{}{}</article>
                """,
                id,
                kind(result),
                id,
                id,
                badge(result),
                result.scenario(),
                result.settings(),
                text("<p class=\"title\">{}</p>", about.title()),
                verdict.reason(),
                verdict.attribution().map(met -> Html.of("<p><strong>The client met the fault: </strong>{}</p>", met)),
                verdict.advice().map(advice -> Html.of("<p><strong>What to do: </strong>{}</p>", advice)),
                numbers(comparison),
                timelines(),
                evidence(),
                text("<div><h3>Why it matters</h3><p>{}</p></div>", about.why()),
                text("<div><h3>What good looks like</h3><p>{}</p></div>", about.good()),
                text("<div><h3>How to fix it</h3><p>{}</p></div>", about.fix()),
                events(),
                calls(),
                logs());
    }

    /** The class in the style sheet that a verdict's colours hang on. */
    static String kind(Result result) {
        return result.verdict().outcome().name().toLowerCase(Locale.ROOT);
    }

    static Html badge(Result result) {
        return Html.of(
                "<span class=\"badge {}\"><span aria-hidden=\"true\">{}</span> {}</span>",
                kind(result),
                Summary.sign(result.verdict().outcome()),
                result.verdict().outcome());
    }

    static Html differences(List<Difference> differences) {
        return differences.isEmpty()
                ? Html.of("as before")
                : Html.of(
                        "<ul class=\"differences\">{}</ul>",
                        differences.stream()
                                .map(difference -> Html.of(
                                        "<li class=\"{}\"><span aria-hidden=\"true\">{}</span> {}</li>",
                                        difference.turn().name().toLowerCase(Locale.ROOT),
                                        difference.turn().sign(),
                                        difference.text())));
    }

    private static Optional<Html> text(String template, String text) {
        return Optional.of(text).filter(Predicate.not(String::isBlank)).map(shown -> Html.of(template, shown));
    }

    private Stream<Html> numbers(Comparison comparison) {
        return Stream.of(
                        number("Noticed after", result.timeToDetect(), about.boundToDetect()),
                        number("Recovered after", result.timeToRecover(), about.boundToRecover()),
                        number("Ended after", result.timeToEnd(), about.boundToEnd()),
                        number("Took in all", Optional.of(result.took()), Optional.empty()),
                        text("<div><dt>Tags</dt><dd>{}</dd></div>", String.join(", ", about.tags())),
                        comparison
                                .with()
                                .map(with -> Html.of(
                                        "<div><dt>Compared</dt><dd>{}</dd></div>", differences(comparison.of(result)))))
                .flatMap(Optional::stream);
    }

    private static Optional<Html> number(String name, Optional<Duration> took, Optional<Duration> bound) {
        if (took.isEmpty() && bound.isEmpty()) {
            return Optional.empty();
        }
        String of = took.isPresent() ? " of " : ", ";
        return Optional.of(Html.of(
                "<div><dt>{}</dt><dd><strong>{}</strong><span class=\"bound\">{}</span></dd></div>",
                name,
                took.map(Seconds::of).orElse("not seen"), // what did not come to be judged was not waited for either
                bound.map(limit -> of + Seconds.of(limit) + " allowed")));
    }

    private Html timelines() {
        if (timeline.lanes().isEmpty()) {
            return Html.of("<p class=\"empty\">Nothing was recorded that could be drawn.</p>");
        }
        String name = result.scenario() + ", " + result.settings();
        return Html.of(
                "{}{}",
                Chart.of(
                        timeline,
                        "Timeline of " + name + ": " + result.verdict().outcome()),
                result.control()
                        .map(journal -> Html.of(
                                "<p class=\"title\">Control: the same once more, with the fault prepared and not armed</p>{}",
                                Chart.of(TimelineModel.of(result, journal), "Timeline of the control of " + name))));
    }

    private List<Event> events(Predicate<Kind> isShown) {
        return timeline.events().stream()
                .filter(event -> isShown.test(event.kind()))
                .toList();
    }

    private Optional<Html> evidence() {
        List<Event> evidence = events(kind -> kind == Kind.EVIDENCE);
        return evidence.isEmpty()
                ? Optional.empty()
                : Optional.of(Html.of(
                        "<h3>Evidence</h3><ul class=\"evidence\">{}</ul>",
                        evidence.stream()
                                .map(event -> Html.of(
                                        "<li><b>{}</b> {}{}</li>",
                                        Seconds.moment(event.at()),
                                        Optional.ofNullable(event.facts().get("fault"))
                                                .map(fault -> Html.of("<span class=\"settings\">{}: </span>", fault)),
                                        event.text()))));
    }

    private Optional<Html> events() {
        List<Event> events = events(kind -> kind != Kind.LOG && kind != Kind.OPERATION);
        return table(
                "Events: all " + events.size(),
                "Counted from " + (timeline.fromFault() ? "the fault" : "the beginning"),
                Html.of("<th scope=\"col\">What</th><th scope=\"col\">Details</th>"),
                events,
                event -> event.kind().label());
    }

    /** What was not acknowledged, first: of the others there are many, and they are alike. */
    private Optional<Html> calls() {
        List<Event> calls = events(kind -> kind == Kind.OPERATION);
        List<Event> shown = Stream.of(false, true)
                .flatMap(isOk -> calls.stream()
                        .filter(call -> "ok".equals(call.facts().get("completion")) == isOk)
                        .limit(MOST_CALLS))
                .toList();
        return table(
                "Calls: " + calls.size()
                        + (shown.size() < calls.size() ? ", of which " + shown.size() + " are here" : ""),
                "Those that were not acknowledged first",
                Html.of("<th scope=\"col\">Outcome</th><th scope=\"col\">Call</th>"),
                shown,
                call -> call.facts().getOrDefault("completion", ""));
    }

    private static Optional<Html> table(
            String summary, String caption, Html columns, List<Event> events, Function<Event, String> what) {
        return events.isEmpty()
                ? Optional.empty()
                : Optional.of(Html.of(
                        """
                        <details class="events"><summary>{}</summary><table><caption>{}</caption>
                        <thead><tr><th scope="col">When</th>{}</tr></thead><tbody>{}
                        </tbody></table></details>
                        """,
                        summary,
                        caption,
                        columns,
                        events.stream()
                                .map(event -> Html.of(
                                        "\n<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                                        Seconds.moment(event.at()),
                                        what.apply(event),
                                        event.text()))));
    }

    private Stream<Html> logs() {
        return events(kind -> kind == Kind.LOG).stream()
                .collect(Collectors.groupingBy(
                        event -> event.facts().getOrDefault("role", "log"), LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(log -> Html.of(
                        "<details class=\"log\"><summary>Log of {}: {}</summary><ol>{}\n</ol></details>\n",
                        log.getKey(),
                        log.getValue().size() + (log.getValue().size() == 1 ? " line" : " lines"),
                        log.getValue().stream()
                                .map(line -> Html.of(
                                        "\n<li><b>{}</b> <bdi>{}</bdi></li>",
                                        Seconds.moment(line.at()),
                                        line.text()))));
    }
}
