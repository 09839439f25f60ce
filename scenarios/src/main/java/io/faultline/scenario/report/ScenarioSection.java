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
import java.util.Map;
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
                        differences.stream().map(ScenarioSection::difference));
    }

    private static Html difference(Difference difference) {
        return Html.of(
                "<li class=\"{}\"><span aria-hidden=\"true\">{}</span> {}</li>",
                difference.turn().name().toLowerCase(Locale.ROOT),
                difference.turn().sign(),
                difference.text());
    }

    private static Html text(String template, String text) {
        return Html.when(!text.isBlank(), template, text);
    }

    private Stream<Html> numbers(Comparison comparison) {
        return Stream.of(
                number("Noticed after", result.timeToDetect(), about.boundToDetect()),
                number("Recovered after", result.timeToRecover(), about.boundToRecover()),
                number("Ended after", result.timeToEnd(), about.boundToEnd()),
                number("Took in all", Optional.of(result.took()), Optional.empty()),
                text("<div><dt>Tags</dt><dd>{}</dd></div>", String.join(", ", about.tags())),
                Html.when(
                        comparison.with().isPresent(),
                        "<div><dt>Compared</dt><dd>{}</dd></div>",
                        differences(comparison.of(result))));
    }

    private static Html number(String name, Optional<Duration> took, Optional<Duration> bound) {
        String of = took.isPresent() ? " of " : ", ";
        return Html.when(
                took.isPresent() || bound.isPresent(),
                "<div><dt>{}</dt><dd><strong>{}</strong>{}</dd></div>",
                name,
                took.map(Seconds::of).orElse("not seen"), // what did not come to be judged was not waited for either
                bound.map(limit -> Html.of("<span class=\"bound\">{}{} allowed</span>", of, Seconds.of(limit))));
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

    private Html evidence() {
        List<Event> evidence = events(kind -> kind == Kind.EVIDENCE);
        return Html.when(
                !evidence.isEmpty(),
                "<h3>Evidence</h3><ul class=\"evidence\">{}</ul>",
                evidence.stream().map(ScenarioSection::evidence));
    }

    private static Html evidence(Event event) {
        Optional<String> fault = Optional.ofNullable(event.facts().get("fault"));
        return Html.of(
                "<li><b>{}</b> {}{}</li>",
                Seconds.moment(event.at()),
                fault.map(name -> Html.of("<span class=\"settings\">{}: </span>", name)),
                event.text());
    }

    private Html events() {
        List<Event> events = events(kind -> kind != Kind.LOG && kind != Kind.OPERATION);
        Html head = Html.of("""
                <summary>Events: all {}</summary><table><caption>Counted from the {}</caption>
                <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Details</th></tr></thead>""", events.size(), timeline.fromFault() ? "fault" : "beginning");
        return table(head, events, event -> event.kind().label());
    }

    /** What was not acknowledged, first: of the others there are many, and they are alike. */
    private Html calls() {
        List<Event> calls = events(kind -> kind == Kind.OPERATION);
        Function<Event, String> completion = call -> call.facts().getOrDefault("completion", "");
        List<Event> shown = Stream.of(false, true)
                .flatMap(isOk -> calls.stream()
                        .filter(call -> completion.apply(call).equals("ok") == isOk)
                        .limit(MOST_CALLS))
                .toList();
        Html head = Html.of(
                """
                <summary>Calls: {}{}</summary><table><caption>Those that were not acknowledged first</caption>
                <thead><tr><th scope="col">When</th><th scope="col">Outcome</th><th scope="col">Call</th></tr></thead>""", calls.size(), Html.when(shown.size() < calls.size(), ", of which {} are here", shown.size()));
        return table(head, shown, completion);
    }

    private static Html table(Html head, List<Event> events, Function<Event, String> what) {
        return Html.when(
                !events.isEmpty(),
                "<details class=\"events\">{}<tbody>{}\n</tbody></table></details>\n",
                head,
                events.stream().map(event -> row(event, what.apply(event))));
    }

    private static Html row(Event event, String what) {
        return Html.of("\n<tr><td>{}</td><td>{}</td><td>{}</td></tr>", Seconds.moment(event.at()), what, event.text());
    }

    private Stream<Html> logs() {
        Map<String, List<Event>> roles = events(kind -> kind == Kind.LOG).stream()
                .collect(Collectors.groupingBy(
                        event -> event.facts().getOrDefault("role", "log"), LinkedHashMap::new, Collectors.toList()));
        return roles.entrySet().stream().map(role -> log(role.getKey(), role.getValue()));
    }

    private static Html log(String role, List<Event> lines) {
        return Html.of(
                "<details class=\"log\"><summary>Log of {}: {} line{}</summary><ol>{}\n</ol></details>\n",
                role,
                lines.size(),
                lines.size() == 1 ? "" : "s",
                lines.stream().map(ScenarioSection::line));
    }

    private static Html line(Event line) {
        return Html.of("\n<li><b>{}</b> <bdi>{}</bdi></li>", Seconds.moment(line.at()), line.text());
    }
}
