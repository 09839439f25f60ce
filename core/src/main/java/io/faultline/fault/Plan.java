package io.faultline.fault;

import io.faultline.effect.Effect;
import java.util.List;

/**
 * The ordered effects of one fault on one topology.
 *
 * @param uncut what a client could still use to get around the fault, in words; empty if nothing was found
 * @param untestable what no client can be seen to do under this fault, in words that say what to use in its place
 */
public record Plan(List<Effect> effects, List<String> uncut, List<String> untestable) {

    /** @throws IllegalArgumentException if there is no effect: a fault that does nothing must not look like one */
    public Plan {
        if (effects.isEmpty()) {
            throw new IllegalArgumentException("A plan without effects would be a fault that does nothing.");
        }
        effects = List.copyOf(effects);
        uncut = List.copyOf(uncut);
        untestable = List.copyOf(untestable);
    }

    /** Under which everything can be tested. */
    public Plan(List<Effect> effects, List<String> uncut) {
        this(effects, uncut, List.of());
    }
}
