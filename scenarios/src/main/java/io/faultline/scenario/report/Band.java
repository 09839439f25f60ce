package io.faultline.scenario.report;

import java.time.Duration;

/** A stretch of time in which something was so. */
record Band(Duration from, Duration to, State state, String text) {

    /** What was so; the name in lower case is its class in the style sheet. */
    enum State {
        /** A fault is being made, or waits for its time. */
        COMING("not yet in force"),
        IN_FORCE("in force"),
        LIFTED("lifted"),
        WELL("ok"),
        UNWELL("not ok"),
        /** What was expected may still come true. */
        ALLOWED("allowed"),
        /** A call that was acknowledged, or several. */
        DONE("ok"),
        /** A call that certainly was not carried out. */
        FAILED("failed"),
        /** A call of which nobody knows whether it was carried out. */
        UNKNOWN("unknown");

        private final String label;

        State(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    Duration length() {
        return to.minus(from);
    }
}
