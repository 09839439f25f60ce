package io.faultline.effect;

import io.faultline.effect.Count.Direction;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What the agent says of something that it does.
 *
 * @param number how much of it there was
 * @param of how much there could have been; no less
 * @param needed whether the container's processes needed what they did not get, as far as the kernel tells
 * @param flaw why it is not, or was not all the time, as it was ordered; empty if it is
 * @param counts the same of packets and connections, by direction; none of what is done to processes
 * @param flows whose packets they were; empty if that is not remembered
 */
public record ActionState(
        long number,
        long of,
        boolean needed,
        Optional<String> flaw,
        List<Counted> counts,
        @API(status = Status.INTERNAL) Optional<Flows> flows) {

    /** How many were harmed of those that were looked at. */
    public record Counted(Direction direction, long number, long of) {}

    @API(status = Status.INTERNAL)
    public ActionState {
        counts = List.copyOf(counts);
    }

    /** Without whose packets they were. */
    public ActionState(long number, long of, boolean needed, Optional<String> flaw, List<Counted> counts) {
        this(number, of, needed, flaw, counts, Optional.empty());
    }
}
