package io.faultline.effect;

import java.time.Duration;
import java.util.Set;

/** What Toxiproxy does to the connections of a route. Durations are whole milliseconds, but for a slice's pause. */
public sealed interface Toxic {

    /** What shows that a fault had an effect. */
    enum Sign {
        /** Data arrived that it changes the course of. */
        DATA,
        /** One side closed a connection. */
        CLOSING,
        /** A client was told that its connection has ended, or that there will be none. */
        ENDED
    }

    /** In words that end before the direction: {@code delay by 200 ms}. */
    String describe();

    /** What shows that it had an effect. */
    Set<Sign> signs();

    /** What arrives is handed on later; of the jitter, more or less by chance. */
    record Delayed(Duration by, Duration jitter) implements Toxic {

        @Override
        public String describe() {
            return "delay by " + by.toMillis() + " ms" + (jitter.isZero() ? "" : " ± " + jitter.toMillis() + " ms");
        }

        @Override
        public Set<Sign> signs() {
            return Set.of(Sign.DATA);
        }
    }

    /** What arrives is handed on at a rate; 1 kB is 1000 bytes. */
    record Throttled(long kilobytesPerSecond) implements Toxic {

        @Override
        public String describe() {
            return "throttle to " + kilobytesPerSecond + " kB/s";
        }

        @Override
        public Set<Sign> signs() {
            return Set.of(Sign.DATA);
        }
    }

    /** What arrives is swallowed. A connection that has lost data so can only be closed when this ends. */
    record Stalled() implements Toxic {

        @Override
        public String describe() {
            return "swallow";
        }

        @Override
        public Set<Sign> signs() {
            return Set.of(Sign.DATA);
        }
    }

    /** What arrives is handed on in pieces of about so many bytes, with a pause after each. */
    record Sliced(int bytes, Duration pause) implements Toxic {

        @Override
        public String describe() {
            return "slice into pieces of " + bytes + " B, one each " + pause.toNanos() / 1000 + " µs,";
        }

        @Override
        public Set<Sign> signs() {
            return Set.of(Sign.DATA);
        }
    }

    /** When one side closes a connection, the other is told later. */
    record ClosedLate(Duration by) implements Toxic {

        @Override
        public String describe() {
            return "close " + by.toMillis() + " ms late";
        }

        @Override
        public Set<Sign> signs() {
            return Set.of(Sign.CLOSING);
        }
    }

    /** So long after the first data a connection is reset; one that was open before is closed in good order. */
    record Reset(Duration after) implements Toxic {

        @Override
        public String describe() {
            return "reset " + after.toMillis() + " ms after the first data";
        }

        @Override
        public Set<Sign> signs() {
            return Set.of(Sign.ENDED);
        }
    }

    /** After so many bytes a connection is closed. */
    record Limited(long bytes) implements Toxic {

        @Override
        public String describe() {
            return "close after " + bytes + " B";
        }

        @Override
        public Set<Sign> signs() {
            return Set.of(Sign.ENDED);
        }
    }

    /** Nobody listens any more, and what was open is closed. Knows no direction. */
    record Closed() implements Toxic {

        @Override
        public String describe() {
            return "close";
        }

        @Override
        public Set<Sign> signs() {
            return Set.of(Sign.ENDED);
        }
    }
}
