package io.faultline.effect;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** What the agent reports of its own action, if it does so in this form. */
    public Optional<Matcher> ofAction(Pattern form) {
        return counters.stream().map(form::matcher).filter(Matcher::matches).findFirst();
    }
}
