package io.faultline.scenario.report;

import io.faultline.scenario.report.Mark.Sign;

/** What a state or a sign looks like besides its colour. */
enum Shape {
    FULL(0, 20, false),
    HATCHED(0, 20, true),
    LOW(4, 16, false),
    THIN(8, 4, false),
    /** An outline of dashes, by the style sheet. */
    OPEN(2, 16, false);

    /** How high a lane's bar is. */
    static final double BAR = 20;

    private final double top;
    private final double height;
    private final boolean isHatched;

    Shape(double top, double height, boolean isHatched) {
        this.top = top;
        this.height = height;
        this.isHatched = isHatched;
    }

    double top() {
        return top;
    }

    double height() {
        return height;
    }

    boolean isHatched() {
        return isHatched;
    }

    static Shape of(Band.State state) {
        return switch (state) {
            case IN_FORCE -> FULL;
            case UNWELL, FAILED -> HATCHED;
            case WELL, DONE -> LOW;
            case UNKNOWN -> OPEN;
            case COMING, LIFTED, ALLOWED -> THIN;
        };
    }

    /** As the path of an SVG, around the moment. */
    static String of(Sign sign) {
        return switch (sign) {
            case DETECTED -> "M0-8 8 0 0 8-8 0Z";
            case RECOVERED -> "M-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0Z";
            case SIGNAL -> "M-7-7H7L0 7Z";
            case ENDED -> "M-6-6H6V6H-6Z";
            case TROUBLE -> "M-7-4-4-7 0-3 4-7 7-4 3 0 7 4 4 7 0 3-4 7-7 4-3 0Z";
            case LIMIT, LOG -> "M-1-9H1V9H-1Z";
        };
    }
}
