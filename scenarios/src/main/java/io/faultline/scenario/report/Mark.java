package io.faultline.scenario.report;

import java.time.Duration;

/** A moment at which something happened. */
record Mark(Duration at, Sign sign, String text) {

    /** What kind of thing; the name in lower case is its class in the style sheet. */
    enum Sign {
        DETECTED("noticed"),
        RECOVERED("recovered"),
        SIGNAL("signal"),
        ENDED("ended"),
        TROUBLE("trouble"),
        /** What was expected had to come true by then. */
        LIMIT("limit"),
        LOG("log line");

        private final String label;

        Sign(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }
}
