package io.faultline.effect;

import java.util.List;

/**
 * What the commands of a script printed.
 *
 * @param applied those that made the change, in their order
 * @param counters those that read its evidence, in their order
 */
public record Readings(List<String> applied, List<String> counters) {

    public Readings {
        applied = List.copyOf(applied);
        counters = List.copyOf(counters);
    }
}
