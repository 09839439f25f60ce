package io.faultline.effect;

import java.util.List;
import java.util.Optional;

/**
 * What there is to read about a change.
 *
 * @param applied what the commands printed that made it, in their order
 * @param counters what those printed that read its evidence, in their order
 * @param action what the agent says of that which it does itself; empty if that is nothing
 */
public record Readings(List<String> applied, List<String> counters, Optional<ActionState> action) {

    public Readings {
        applied = List.copyOf(applied);
        counters = List.copyOf(counters);
    }

    /** Whether there is nothing at all, as of a change whose agent is gone. */
    public boolean isEmpty() {
        return applied.isEmpty() && counters.isEmpty() && action.isEmpty();
    }
}
