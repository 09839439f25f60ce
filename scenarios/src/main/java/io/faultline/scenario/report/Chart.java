package io.faultline.scenario.report;

import static io.faultline.scenario.report.Markup.number;

import io.faultline.scenario.report.Lane.Sort;
import java.util.List;
import java.util.Locale;

/** Draws a story as SVG, to scale: a lane below the other over one axis. Its look is in the page's style sheet. */
final class Chart {

    /** How wide a drawing is and how it is divided; the names of lanes stand beside them, or above where it is narrow. */
    enum Format {
        WIDE(1000, 210, 9),
        NARROW(360, 0, 5);

        private final int width;
        private final int gutter;
        private final int ticks;

        Format(int width, int gutter, int ticks) {
            this.width = width;
            this.gutter = gutter;
            this.ticks = ticks;
        }
    }

    private static final double MARGIN = 14;
    private static final double SIZE = Labels.SIZE;
    private static final double LINE = 18;
    private static final double BAR = Shape.BAR;
    private static final double SPACE = 12;

    private final Markup out;
    private final TimelineModel timeline;
    private final Format format;
    private final Axis axis;
    private final double left;

    private Chart(Markup out, TimelineModel timeline, Format format) {
        this.out = out;
        this.timeline = timeline;
        this.format = format;
        this.left = format.gutter > 0 ? format.gutter : MARGIN;
        this.axis = new Axis(timeline.from(), timeline.to(), left, format.width - MARGIN);
    }

    /** @param name what it is called for those who do not see it; a text beside it must tell the same */
    static void draw(Markup out, TimelineModel timeline, Format format, String name) {
        new Chart(out, timeline, format).draw(name);
    }

    private void draw(String name) {
        double height =
                SPACE + timeline.lanes().stream().mapToDouble(this::height).sum() + 2 * LINE + 8;
        out.open(
                "svg",
                "class",
                "chart " + lower(format),
                "viewBox",
                "0 0 " + format.width + " " + number(height),
                "role",
                "img",
                "aria-label",
                name);
        out.leaf("title", name);
        out.leaf("desc", "The events and log lines below the picture show the same, in the order of time.");
        double bottom = height - 2 * LINE - 4;
        ticks(bottom);
        guides(bottom);
        double top = SPACE;
        for (Lane lane : timeline.lanes()) {
            lane(lane, top);
            top += height(lane);
        }
        out.close();
    }

    private void ticks(double bottom) {
        double free = 0;
        for (Axis.Tick tick : axis.ticks(format.ticks).toList()) {
            double x = axis.x(tick.at());
            line("grid" + (timeline.fromFault() && tick.at().isZero() ? " zero" : ""), x, 4, x, bottom);
            double half = TextMetrics.width(tick.label(), SIZE) / 2;
            if (x - half >= free && x + half <= format.width) {
                out.leaf(
                        "text",
                        tick.label(),
                        "class",
                        "tick",
                        "x",
                        number(x),
                        "y",
                        number(bottom + 14),
                        "text-anchor",
                        "middle");
                free = x + half + 4;
            }
        }
        String what = timeline.fromFault() ? "time since the fault" : "time since the beginning";
        out.leaf(
                "text",
                what,
                "class",
                "tick",
                "x",
                number(axis.right()),
                "y",
                number(bottom + 14 + LINE),
                "text-anchor",
                "end");
    }

    /** What was seen of the client, drawn through all lanes: what else was so at that moment? */
    private void guides(double bottom) {
        timeline.lanes().stream()
                .filter(lane -> lane.sort() == Sort.CLIENT)
                .flatMap(lane -> lane.marks().stream())
                .filter(mark -> axis.shows(mark.at()))
                .forEach(mark -> line("guide " + lower(mark.sign()), axis.x(mark.at()), 4, axis.x(mark.at()), bottom));
    }

    private double height(Lane lane) {
        double above = format.gutter > 0 ? 0 : LINE;
        return above + SPACE + (lane.sort() == Sort.CLIENT ? BAR + rows(lane) * LINE : BAR);
    }

    private int rows(Lane lane) {
        return labels(lane).stream().mapToInt(Labels.Placed::row).max().orElse(-1) + 1;
    }

    private List<Labels.Placed> labels(Lane lane) {
        return Labels.of(
                lane.marks().stream().filter(mark -> axis.shows(mark.at())).toList(), axis, left);
    }

    private void lane(Lane lane, double top) {
        out.open("g", "class", "lane " + lower(lane.sort()));
        boolean beside = format.gutter > 0;
        double bar = beside ? top : top + LINE;
        name(lane, beside ? bar + BAR / 2 + 4 : bar - 5, (beside ? left - 12 : axis.right()) - 4);
        line("floor", axis.left(), bar + BAR, axis.right(), bar + BAR);
        lane.bands().stream()
                .filter(band -> band.to().compareTo(axis.from()) > 0)
                .forEach(band -> band(band, bar));
        if (lane.sort() == Sort.LOG) {
            LogTicks.draw(out, lane.marks(), axis, bar, bar + BAR);
        } else {
            List<Labels.Placed> labels = labels(lane);
            labels.forEach(label -> leader(label, bar));
            labels.forEach(label -> label(label, bar)); // over all lines, of which some pass behind it
            lane.marks().stream().filter(mark -> axis.shows(mark.at())).forEach(mark -> mark(mark, bar));
        }
        out.close();
    }

    private void name(Lane lane, double y, double room) {
        String text = PrintableText.line(
                lane.sort() == Sort.CLIENT ? lane.name() : lane.sort().label() + " " + lane.name());
        out.open("text", "class", "name", "x", "4", "y", number(y));
        out.leaf("title", text);
        out.text(TextMetrics.fitting(text, SIZE, room));
        out.close();
    }

    private void band(Band band, double top) {
        double x = axis.x(band.from());
        double width = Math.max(1, axis.x(band.to()) - x);
        Shape shape = Shape.of(band.state());
        String text = band.state().label() + " " + Seconds.of(band.length());
        out.open("g", "class", "band " + lower(band.state()));
        out.leaf("title", Seconds.moment(band.from()) + " " + text + ": " + PrintableText.line(band.text()));
        rectangle("fill", x, top + shape.top(), width, shape.height());
        if (shape.isHatched()) {
            out.leaf(
                    "rect",
                    "",
                    "class",
                    "hatch",
                    "fill",
                    "url(#hatch)",
                    "x",
                    number(x),
                    "y",
                    number(top + shape.top()),
                    "width",
                    number(width),
                    "height",
                    number(shape.height()));
        }
        bandText(band, text, x, width, top);
        out.close();
    }

    private void bandText(Band band, String text, double x, double width, double top) {
        boolean isSaid = band.state() != Band.State.ALLOWED && band.state() != Band.State.COMING;
        String shown = TextMetrics.width(text, SIZE) + 10 <= width
                ? text
                : TextMetrics.width(band.state().label(), SIZE) + 10 <= width
                        ? band.state().label()
                        : "";
        if (isSaid && !shown.isEmpty()) {
            out.leaf(
                    "text",
                    shown,
                    "class",
                    "state",
                    "x",
                    number(x + width / 2),
                    "y",
                    number(top + BAR / 2 + 4),
                    "text-anchor",
                    "middle");
        }
    }

    private void rectangle(String kind, double x, double y, double width, double height) {
        out.leaf(
                "rect",
                "",
                "class",
                kind,
                "x",
                number(x),
                "y",
                number(y),
                "width",
                number(width),
                "height",
                number(height));
    }

    private void leader(Labels.Placed label, double bar) {
        double y = baseline(label, bar) - 4;
        line("leader", label.markX(), bar + BAR / 2, label.markX(), y);
        double end = label.isRight() ? label.x() - 2 : label.x() + label.width() + 2;
        line("leader", label.markX(), y, end, y);
    }

    private void label(Labels.Placed label, double bar) {
        out.leaf(
                "text",
                label.text(),
                "class",
                "label",
                "x",
                number(label.isRight() ? label.x() : label.x() + label.width()),
                "y",
                number(baseline(label, bar)),
                "text-anchor",
                label.isRight() ? "start" : "end");
    }

    private static double baseline(Labels.Placed label, double bar) {
        return bar + BAR + (label.row() + 1) * LINE - 4;
    }

    private void mark(Mark mark, double bar) {
        out.open(
                "g",
                "class",
                "mark " + lower(mark.sign()),
                "transform",
                "translate(" + number(axis.x(mark.at())) + " " + number(bar + BAR / 2) + ")");
        out.leaf(
                "title",
                Seconds.moment(mark.at()) + " " + mark.sign().label() + ": " + PrintableText.line(mark.text()));
        out.leaf("path", "", "d", Shape.of(mark.sign()));
        out.close();
    }

    private void line(String kind, double x1, double y1, double x2, double y2) {
        out.leaf("line", "", "class", kind, "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
