package io.faultline.fault;

import io.faultline.effect.Effect;
import java.util.List;

/**
 * The ordered effects of one fault on one topology.
 *
 * @param bypasses what a client could still use to get around the fault, in words; empty if nothing was found
 * @param limitations what no client can be seen to do under this fault, in words that say what to use in its place
 */
public record Plan(List<Effect> effects, List<String> bypasses, List<String> limitations) {

    /** @throws IllegalArgumentException if there is no effect: a fault that does nothing must not look like one */
    public Plan {
        if (effects.isEmpty()) {
            throw new IllegalArgumentException("A plan without effects would be a fault that does nothing.");
        }
        effects = List.copyOf(effects);
        bypasses = List.copyOf(bypasses);
        limitations = List.copyOf(limitations);
    }

    /** Under which everything can be tested. */
    public Plan(List<Effect> effects, List<String> bypasses) {
        this(effects, bypasses, List.of());
    }
}
