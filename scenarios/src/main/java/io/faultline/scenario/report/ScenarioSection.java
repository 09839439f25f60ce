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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes what the page tells of one scenario. */
final class ScenarioSection {

    private final Markup out;
    private final Result result;
    private final TimelineModel timeline;

    private static final int MOST_CALLS = 200;

    private ScenarioSection(Markup out, Result result) {
        this.out = out;
        this.result = result;
        this.timeline = TimelineModel.of(result);
    }

    /** @param id of the chapter in the page, for links to it */
    static void write(Markup out, Result result, Comparison comparison, String id) {
        new ScenarioSection(out, result).write(id, comparison);
    }

    private void write(String id, Comparison comparison) {
        out.open("article", "id", id, "class", kind(result), "aria-labelledby", id + "-name");
        out.open("h2", "id", id + "-name");
        badge(out, result);
        out.text(" ").leaf("span", result.scenario());
        out.leaf("span", " " + result.settings(), "class", "settings").close();
        paragraph("title", result.about().title());
        verdict();
        numbers(comparison);
        picture();
        evidence();
        about();
        events();
        calls();
        logs();
        out.close();
    }

    /** The class in the style sheet that a verdict's colours hang on. */
    static String kind(Result result) {
        return result.verdict().outcome().name().toLowerCase(Locale.ROOT);
    }

    static void badge(Markup out, Result result) {
        out.open("span", "class", "badge " + kind(result));
        out.leaf("span", Summary.sign(result.verdict().outcome()), "aria-hidden", "true");
        out.text(" " + result.verdict().outcome()).close();
    }

    static void differences(Markup out, List<Difference> differences) {
        if (differences.isEmpty()) {
            out.text("as before");
            return;
        }
        out.open("ul", "class", "differences");
        for (Difference difference : differences) {
            out.open("li", "class", difference.turn().name().toLowerCase(Locale.ROOT));
            out.leaf("span", difference.turn().sign(), "aria-hidden", "true");
            out.text(" " + difference.text()).close();
        }
        out.close();
    }

    private void verdict() {
        Verdict verdict = result.verdict();
        out.open("div", "class", "verdict").leaf("p", verdict.reason(), "dir", "auto");
        verdict.attribution()
                .ifPresent(found -> out.open("p", "dir", "auto")
                        .leaf("strong", "The client met the fault: ")
                        .text(found)
                        .close());
        verdict.advice().ifPresent(advice -> {
            out.open("p", "dir", "auto")
                    .leaf("strong", "What to do: ")
                    .text(advice)
                    .close();
        });
        out.close();
    }

    private void numbers(Comparison comparison) {
        About about = result.about();
        out.open("dl", "class", "numbers");
        number("Noticed after", result.timeToDetect(), about.boundToDetect());
        number("Recovered after", result.timeToRecover(), about.boundToRecover());
        number("Ended after", result.timeToEnd(), about.boundToEnd());
        number("Took in all", Optional.of(result.took()), Optional.empty());
        if (!about.tags().isEmpty()) {
            out.open("div")
                    .leaf("dt", "Tags")
                    .leaf("dd", String.join(", ", about.tags()))
                    .close();
        }
        if (comparison.with().isPresent()) {
            out.open("div", "class", "compared").leaf("dt", "Compared").open("dd");
            differences(out, comparison.of(result));
            out.close().close();
        }
        out.close();
    }

    private void number(String name, Optional<Duration> took, Optional<Duration> bound) {
        if (took.isEmpty() && bound.isEmpty()) {
            return;
        }
        out.open("div").leaf("dt", name).open("dd");
        // Not "never": what did not come to be judged was not waited for either.
        out.leaf("strong", took.map(Seconds::of).orElse("not seen"));
        String of = took.isPresent() ? " of " : ", ";
        bound.ifPresent(limit -> out.leaf("span", of + Seconds.of(limit) + " allowed", "class", "bound"));
        out.close().close();
    }

    private void picture() {
        if (timeline.lanes().isEmpty()) {
            paragraph("empty", "Nothing was recorded that could be drawn.");
            return;
        }
        String name = "Timeline of " + result.scenario() + ", " + result.settings() + ": "
                + result.verdict().outcome();
        figure(timeline, name);
        result.control().ifPresent(journal -> {
            paragraph("title", "Control: the same once more, with the fault prepared and not armed");
            figure(TimelineModel.of(result, journal), "Timeline of the control of " + result.scenario());
        });
    }

    private void figure(TimelineModel drawn, String name) {
        out.open("figure");
        Chart.draw(out, drawn, Chart.Format.WIDE, name);
        Chart.draw(out, drawn, Chart.Format.NARROW, name);
        out.close();
    }

    private void evidence() {
        List<Event> evidence = timeline.events().stream()
                .filter(event -> event.kind() == Kind.EVIDENCE)
                .toList();
        if (evidence.isEmpty()) {
            return;
        }
        out.leaf("h3", "Evidence").open("ul", "class", "evidence");
        for (Event event : evidence) {
            out.open("li", "dir", "auto").leaf("span", Seconds.moment(event.at()), "class", "moment");
            out.text(" ");
            Optional.ofNullable(event.facts().get("fault"))
                    .ifPresent(fault -> out.leaf("span", fault + ": ", "class", "settings"));
            out.text(event.text()).close();
        }
        out.close();
    }

    private void about() {
        About about = result.about();
        out.open("div", "class", "about");
        section("Why it matters", about.why());
        section("What good looks like", about.good());
        section("How to fix it", about.fix());
        out.close();
    }

    private void section(String name, String text) {
        if (!text.isBlank()) {
            out.open("div").leaf("h3", name).leaf("p", text, "dir", "auto").close();
        }
    }

    private void paragraph(String kind, String text) {
        if (!text.isBlank()) {
            out.leaf("p", text, "class", kind, "dir", "auto");
        }
    }

    private void events() {
        List<Event> events = timeline.events().stream()
                .filter(event -> event.kind() != Kind.LOG && event.kind() != Kind.OPERATION)
                .toList();
        if (events.isEmpty()) {
            return;
        }
        out.open("details", "class", "events").leaf("summary", "Events: all " + events.size());
        out.open("table").leaf("caption", "Counted from " + (timeline.fromFault() ? "the fault" : "the beginning"));
        out.open("thead").open("tr");
        List.of("When", "What", "Details").forEach(column -> out.leaf("th", column, "scope", "col"));
        out.close().close().open("tbody");
        for (Event event : events) {
            out.open("tr").leaf("td", Seconds.moment(event.at()), "class", "moment");
            out.leaf("td", event.kind().label())
                    .leaf("td", event.text(), "dir", "auto")
                    .close();
        }
        out.close().close().close();
    }

    /** What was not acknowledged, first: of the others there are many, and they are alike. */
    private void calls() {
        List<Event> calls = timeline.events().stream()
                .filter(event -> event.kind() == Kind.OPERATION)
                .toList();
        if (calls.isEmpty()) {
            return;
        }
        List<Event> shown = Stream.of(false, true)
                .flatMap(isOk -> calls.stream()
                        .filter(call -> "ok".equals(call.facts().get("completion")) == isOk)
                        .limit(MOST_CALLS))
                .toList();
        String rest = shown.size() < calls.size() ? ", of which " + shown.size() + " are here" : "";
        out.open("details", "class", "events").leaf("summary", "Calls: " + calls.size() + rest);
        out.open("table").leaf("caption", "Those that were not acknowledged first");
        out.open("thead").open("tr");
        List.of("When", "Outcome", "Call").forEach(column -> out.leaf("th", column, "scope", "col"));
        out.close().close().open("tbody");
        for (Event call : shown) {
            out.open("tr").leaf("td", Seconds.moment(call.at()), "class", "moment");
            out.leaf("td", call.facts().getOrDefault("completion", ""))
                    .leaf("td", call.text(), "dir", "auto")
                    .close();
        }
        out.close().close().close();
    }

    private void logs() {
        Map<String, List<Event>> roles = timeline.events().stream()
                .filter(event -> event.kind() == Kind.LOG)
                .collect(Collectors.groupingBy(
                        event -> event.facts().getOrDefault("role", "log"), LinkedHashMap::new, Collectors.toList()));
        roles.forEach((role, lines) -> {
            out.open("details", "class", "log")
                    .leaf("summary", "Log of " + role + ": " + lines.size() + (lines.size() == 1 ? " line" : " lines"));
            out.open("ol");
            for (Event line : lines) {
                out.open("li")
                        .leaf("span", Seconds.moment(line.at()), "class", "moment")
                        .text(" ");
                out.leaf("bdi", line.text()).close();
            }
            out.close().close();
        });
    }
}
