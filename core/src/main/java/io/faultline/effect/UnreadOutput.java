package io.faultline.effect;

import io.faultline.topology.Hop;
import io.faultline.topology.ResolvedTarget;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A stream of a container's output that is taken from Docker and not read, so that the pipe behind it runs full and the
 * next write to it waits.
 *
 * @param place whose output it is, for people: {@code "app"}
 * @param pid its first process, as the Docker host numbers processes
 * @param filled whether the pipe is filled at once; else the container's own output has to fill it
 */
public record UnreadOutput(String place, String containerId, int pid, Set<Stream> streams, boolean filled)
        implements Effect {

    /** By the number of its descriptor. */
    public enum Stream {
        STDOUT(1),
        STDERR(2);

        private final int descriptor;

        Stream(int descriptor) {
            this.descriptor = descriptor;
        }

        public int descriptor() {
            return descriptor;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public UnreadOutput {
        streams = Collections.unmodifiableSet(EnumSet.copyOf(streams)); // in their order
    }

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    @Override
    public boolean isOn(ResolvedTarget resolved) {
        return containerId.equals(resolved.containerId());
    }

    @Override
    public boolean hits(Hop hop) {
        return false;
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof UnreadOutput unread
                && containerId.equals(unread.containerId)
                && !Collections.disjoint(streams, unread.streams);
    }

    @Override
    public String adviceIfUnmet() {
        return "Did " + place
                + " write nothing meanwhile, or does it write without waiting? Let it log while the fault is "
                + "open.";
    }

    @Override
    public Optional<String> cure() {
        return Optional.of("Somebody stands in a write to a full pipe: nobody reads the output of " + place
                + ". Log through a bounded queue that drops, so that no work waits for its log.");
    }

    @Override
    public String summary() {
        return "leave " + streams.stream().map(Stream::toString).collect(Collectors.joining(" and ")) + " of " + place
                + " unread" + (filled ? ", and fill the pipe" : "");
    }
}
