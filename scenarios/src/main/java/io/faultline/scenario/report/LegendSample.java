package io.faultline.scenario.report;

import static io.faultline.scenario.report.Markup.number;

import java.util.Locale;

/** Draws one of each thing that pictures are made of, for the legend. */
final class LegendSample {

    private static final String WIDTH = "28";

    private LegendSample() {}

    static void of(Markup out, Band.State state) {
        Shape shape = Shape.of(state);
        open(out);
        out.open("g", "class", "band " + state.name().toLowerCase(Locale.ROOT));
        rectangle(out, shape, "class", "fill");
        if (shape.isHatched()) {
            rectangle(out, shape, "class", "hatch");
        }
        out.close().close();
    }

    static void of(Markup out, Mark.Sign sign) {
        open(out);
        out.open(
                "g",
                "class",
                "mark " + sign.name().toLowerCase(Locale.ROOT),
                "transform",
                "translate(14 " + number(Shape.BAR / 2) + ")");
        out.leaf("path", "", "d", Shape.of(sign)).close().close();
    }

    private static void open(Markup out) {
        out.open("svg", "class", "sample", "viewBox", "0 0 " + WIDTH + " " + number(Shape.BAR), "aria-hidden", "true");
    }

    private static void rectangle(Markup out, Shape shape, String name, String value) {
        out.leaf(
                "rect",
                "",
                name,
                value,
                "fill",
                "url(#hatch)",
                "x",
                "0",
                "y",
                number(shape.top()),
                "width",
                WIDTH,
                "height",
                number(shape.height()));
    }

    static String meaning(Band.State state) {
        return switch (state) {
            case COMING -> "a fault is being made, or waits for its time";
            case IN_FORCE -> "a fault is in force";
            case LIFTED -> "a fault is lifted for a while";
            case WELL -> "a probe saw what it expects";
            case UNWELL -> "a probe saw something else, or nothing";
            case ALLOWED -> "what is expected may still come true";
            case DONE -> "a call was acknowledged, or several were";
            case FAILED -> "a call failed for certain: nothing was done";
            case UNKNOWN -> "nobody knows whether a call was carried out";
        };
    }

    static String meaning(Mark.Sign sign) {
        return switch (sign) {
            case DETECTED -> "the client noticed";
            case RECOVERED -> "work was done again";
            case SIGNAL -> "a signal was sent";
            case ENDED -> "the system ended";
            case TROUBLE -> "a fault ended early, or could not be healed";
            case LIMIT -> "what was expected had to come true by then";
            case LOG -> "a container wrote a line, or several at once";
        };
    }
}
