package io.faultline.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * One thing that was done or seen.
 *
 * @param at since the journal began, by the monotonic clock: what intervals are computed from
 * @param wallClock the same moment on the calendar, for comparing with other logs
 * @param text one line for people
 * @param facts the same for programs: numbers as text, units in the names
 */
public record Event(Kind kind, Duration at, Instant wallClock, String text, Map<String, String> facts) {

    /**
     * What kinds of things a journal holds. Those of an injection carry the facts {@code fault} and {@code injection}, its
     * number in the journal.
     */
    public enum Kind {
        STEADY("steady"),
        INJECT("inject"),
        IN_FORCE("in force"),
        LIFTED("lifted"),
        PREDICTED("predicted"),
        DETECTED("detected"),
        EVIDENCE("evidence"),
        HEAL("heal"),
        HEALED("healed"),
        RECOVERED("recovered"),
        /** The state of a probe when it was first seen, or changed: facts {@code probe}, {@code ok}, {@code role}, {@code detail}. */
        PROBE("probe"),
        /** A line that a container wrote: fact {@code role}. */
        LOG("log"),
        /**
         * A client's call, at the moment when it was invoked: facts {@code number}, {@code process}, {@code operation}, {@code key},
         * {@code value}, {@code completion}, {@code answer}, {@code failure}, {@code took_ns} unless it still runs.
         */
        OPERATION("operation"),
        SIGNAL("signal"),
        ENDED("ended"),
        ENDED_EARLY("ended early"),
        FAILED("failed"),
        VERDICT("verdict"),
        NOTE("note");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        /** Whether people count time from it: from the first of these in a journal. */
        public boolean isBeginning() {
            return this == IN_FORCE || this == SIGNAL;
        }
    }

    public Event {
        facts = Map.copyOf(facts);
    }
}
