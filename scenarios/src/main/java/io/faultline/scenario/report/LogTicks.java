package io.faultline.scenario.report;

import static io.faultline.scenario.report.Markup.number;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Draws a line for each line of a log, and one for those that could not be told apart. */
final class LogTicks {

    private static final double APART = 2;
    private static final int SHOWN = 3;

    private LogTicks() {}

    static void draw(Markup out, List<Mark> lines, Axis axis, double top, double bottom) {
        List<Mark> together = new ArrayList<>();
        for (Mark line : lines) {
            if (!axis.shows(line.at())) {
                continue;
            }
            if (!together.isEmpty()
                    && axis.x(line.at()) - axis.x(together.get(0).at()) >= APART) {
                tick(out, together, axis, top, bottom);
                together.clear();
            }
            together.add(line);
        }
        if (!together.isEmpty()) {
            tick(out, together, axis, top, bottom);
        }
    }

    private static void tick(Markup out, List<Mark> lines, Axis axis, double top, double bottom) {
        String x = number(axis.x(lines.get(0).at()));
        String title = lines.stream()
                .limit(SHOWN)
                .map(line ->
                        Seconds.moment(line.at()) + " " + PrintableText.atMost(200, PrintableText.line(line.text())))
                .collect(Collectors.joining("\n"));
        out.open("line", "class", "tick-line", "x1", x, "y1", number(top + 3), "x2", x, "y2", number(bottom));
        out.leaf("title", lines.size() > SHOWN ? title + "\nand " + (lines.size() - SHOWN) + " more" : title);
        out.close();
    }
}
