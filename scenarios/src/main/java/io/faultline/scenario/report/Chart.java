package io.faultline.scenario.report;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a timeline as a list of lanes, each with lists of bands and marks that say in text what they are. Where they are
 * is a percentage of the axis; the rest is laid out by the browser, with the page's style sheet.
 */
final class Chart {

    private static final int MOST_TICKS = 9;
    private static final int MOST_LETTERS = 160;
    private static final int MOST_LINES = 3;

    private final TimelineModel timeline;
    private final Axis axis;

    private Chart(TimelineModel timeline) {
        this.timeline = timeline;
        this.axis = timeline.axis();
    }

    static Html of(TimelineModel timeline, String name) {
        return new Chart(timeline).figure(name);
    }

    private Html figure(String name) {
        return Html.of(
                """
                <figure aria-label="{}">
                <div class="axis" aria-hidden="true">{}</div>
                <ul class="lanes">{}</ul>
                <figcaption>time since the {}</figcaption>
                </figure>
                """,
                name,
                axis.ticks(MOST_TICKS).map(this::tick),
                timeline.lanes().stream().map(this::lane),
                timeline.fromFault() ? "fault" : "beginning");
    }

    private Html tick(Axis.Tick tick) {
        String kind =
                tick.isMinor() ? "minor" : timeline.fromFault() && tick.at().isZero() ? "zero" : "major";
        return Html.of("<i class=\"{}\" style=\"left:{}%\">{}</i>", kind, percent(tick.at()), tick.label());
    }

    private Html lane(Lane lane) {
        boolean isNamed = lane.sort() == Lane.Sort.CLIENT;
        String name = PrintableText.line(isNamed ? lane.name() : lane.sort().label() + " " + lane.name());
        List<Mark> marks =
                lane.marks().stream().filter(mark -> axis.shows(mark.at())).toList();
        return Html.of(
                """

                <li class="lane {}"><span class="name">{}</span><div>{}</div></li>""",
                lower(lane.sort()),
                PrintableText.atMost(MOST_LETTERS, name),
                lane.sort() == Lane.Sort.LOG ? lines(marks) : bar(lane, marks));
    }

    private Html bar(Lane lane, List<Mark> marks) {
        Stream<Html> bands = lane.bands().stream()
                .filter(band -> band.to().compareTo(axis.from()) > 0)
                .map(this::band);
        Html bar = Html.of("<ol class=\"bar\">{}</ol>", bands);
        return marks.isEmpty()
                ? bar
                : Html.of("{}<ol class=\"marks\">{}</ol>", bar, marks.stream().map(this::mark));
    }

    private Html band(Band band) {
        double left = axis.percent(band.from());
        String from = Seconds.moment(band.from());
        String state = band.state().label();
        String length = Seconds.of(band.length());
        return Html.of(
                """

                <li class="{}" style="left:{}%;width:{}%" title="{}"><b>{}</b> <b>{}</b><i>from {}</i></li>""",
                lower(band.state()),
                number(left),
                number(axis.percent(band.to()) - left),
                from + " " + state + " " + length + ": " + PrintableText.line(band.text()),
                state,
                length,
                from);
    }

    private Html mark(Mark mark) {
        boolean isLate = axis.percent(mark.at()) > 50;
        String text = mark.text().isBlank() ? "" : ": " + PrintableText.line(mark.text());
        return Html.of(
                """

                <li class="sign {}{}" style="--x:{}%"><span>{}</span></li>""",
                lower(mark.sign()),
                isLate ? " late" : "",
                percent(mark.at()),
                PrintableText.atMost(
                        MOST_LETTERS,
                        Seconds.moment(mark.at()) + " " + mark.sign().label() + text));
    }

    /** A line for each line of a log, and one for those that could not be told apart. Not read out: the log is below. */
    private Html lines(List<Mark> lines) {
        Map<Long, List<Mark>> together = lines.stream()
                .collect(Collectors.groupingBy(
                        line -> Math.round(4 * axis.percent(line.at())), LinkedHashMap::new, Collectors.toList()));
        return Html.of(
                "<div class=\"bar\" aria-hidden=\"true\">{}</div>",
                together.values().stream().map(this::line));
    }

    private Html line(List<Mark> lines) {
        String title = lines.stream()
                .limit(MOST_LINES)
                .map(line -> Seconds.moment(line.at()) + " "
                        + PrintableText.atMost(MOST_LETTERS, PrintableText.line(line.text())))
                .collect(Collectors.joining("\n"));
        int more = lines.size() - MOST_LINES;
        return Html.of(
                "<i style=\"left:{}%\" title=\"{}\"></i>",
                percent(lines.get(0).at()), more > 0 ? title + "\nand " + more + " more" : title);
    }

    private String percent(Duration at) {
        return number(axis.percent(at));
    }

    private static String number(double percent) {
        return String.format(Locale.ROOT, "%.2f", percent);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
