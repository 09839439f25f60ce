package io.faultline.effect;

import io.faultline.topology.Leg;

/**
 * Evidence of one effect in one direction.
 *
 * @param number how many it harmed
 * @param seen how many it looked at; at least as many
 * @param needed whether anybody needed what was harmed, as far as that can be seen
 */
public record Count(Leg.Kind leg, Direction direction, EvidenceUnit unit, long number, long seen, boolean needed) {

    /** Of what somebody needed: a packet, a query, a writer. */
    public Count(Leg.Kind leg, Direction direction, EvidenceUnit unit, long number, long seen) {
        this(leg, direction, unit, number, seen, true);
    }

    /** Seen from the namespace that the effect is in. */
    public enum Direction {
        IN,
        OUT,
        FORWARDED,
        /** In either, or neither. */
        ANY
    }

    /** Of a container itself, in no direction. */
    public static Count ofContainer(EvidenceUnit unit, long number, long seen) {
        return ofContainer(unit, number, seen, true);
    }

    /** The same of what the container's own processes may not need. */
    public static Count ofContainer(EvidenceUnit unit, long number, long seen, boolean needed) {
        return new Count(Leg.Kind.CONTAINER, Direction.ANY, unit, number, seen, needed);
    }

    /** What happened to what is counted. */
    public enum EvidenceUnit {
        DROPPED("packet", "dropped"),
        REJECTED("packet", "rejected"),
        LOST("packet", "lost"),
        SHAPED("packet", "shaped"),
        RESET("connection", "reset"),
        FAILED("query", "made to fail"),
        STREAMED("data packet", "through the proxy"),
        CLOSED("connection", "closed by the proxy"),
        DETACHED("network", "detached"),
        UNPUBLISHED("published port", "gone"),
        PAUSED("container", "paused"),
        ENDED("container", "ended"),
        FROZEN("process", "frozen"),
        BLOCKED("writer", "blocked"),
        SILENT("millisecond", "of the engine's silence"),
        SIGNALLED("process", "handled the signal"),
        BURNT("millisecond", "of CPU time taken"),
        PRESSED("byte", "of memory taken"),
        KILLED("process", "killed for memory"),
        FILLED("byte", "of disk space taken"),
        EXHAUSTED("process", "out of descriptors"),
        MISLED("reading", "of a wrong clock");

        private final String thing;
        private final String done;

        EvidenceUnit(String thing, String done) {
            this.thing = thing;
            this.done = done;
        }

        /** Whether it happens to packets and connections, which are somebody's, and not to a container as a whole. */
        public boolean isOfPackets() {
            return switch (this) {
                case DROPPED, REJECTED, LOST, SHAPED, RESET, STREAMED, CLOSED -> true;
                default -> false;
            };
        }

        /** In words: {@code 3 packets dropped}. */
        public String of(long number) {
            String plural = thing.endsWith("y")
                    ? thing.substring(0, thing.length() - 1) + "ies"
                    : thing + (thing.endsWith("s") ? "es" : "s");
            return number + " " + (number == 1 ? thing : plural) + " " + done;
        }
    }
}
