package io.faultline.scenario.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Places labels beside their marks, in as many rows as it takes for none to overlap another. */
final class Labels {

    static final int MOST_ROWS = 14;
    static final double SIZE = 12;
    private static final double GAP = 7;

    /** @param x where the text begins */
    record Placed(Mark mark, String text, double markX, double x, double width, int row) {

        /** Whether it stands to the right of its mark. */
        boolean isRight() {
            return x > markX;
        }

        private boolean overlaps(double from, double to) {
            return x < to && from < x + width;
        }
    }

    private final Axis axis;
    private final double left;
    private final List<Placed> placed = new ArrayList<>();

    private Labels(Axis axis, double left) {
        this.axis = axis;
        this.left = left;
    }

    /**
     * Labels of marks in the order of time. Those that find no row are left out.
     *
     * @param left as far to the left as a label may reach
     */
    static List<Placed> of(List<Mark> marks, Axis axis, double left) {
        Labels labels = new Labels(axis, left);
        // From the right, so that the line from a mark down to its label passes before those that were placed already.
        for (int i = marks.size() - 1; i >= 0; i--) {
            labels.place(marks.get(i));
        }
        Collections.reverse(labels.placed);
        return List.copyOf(labels.placed);
    }

    private void place(Mark mark) {
        double at = axis.x(mark.at());
        double roomRight = axis.right() - at - GAP;
        double roomLeft = at - GAP - left;
        String text = Seconds.moment(mark.at()) + " " + mark.sign().label()
                + (mark.text().isBlank() ? "" : ": " + PrintableText.line(mark.text()));
        String shown = TextMetrics.fitting(PrintableText.atMost(60, text), SIZE, Math.max(roomRight, roomLeft));
        double width = TextMetrics.width(shown, SIZE);
        double x = width <= roomRight ? at + GAP : at - GAP - width;
        for (int row = 0; row < MOST_ROWS; row++) {
            if (isFree(row, x - GAP, x + width + GAP)) {
                placed.add(new Placed(mark, shown, at, x, width, row));
                return;
            }
        }
    }

    private boolean isFree(int row, double from, double to) {
        return placed.stream().noneMatch(other -> other.row() == row && other.overlaps(from, to));
    }
}
