package io.faultline.scenario.junit;

import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.yaml.Suggestion;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which scenarios are meant.
 *
 * @param tags any of which it has to have; empty for all
 * @param names one of which it has to have; empty for all
 */
record Wanted(List<String> tags, List<String> names) implements Predicate<Scenario> {

    Wanted tagged(List<String> these) {
        return new Wanted(these, names);
    }

    Wanted named(List<String> these) {
        return new Wanted(tags, these);
    }

    @Override
    public boolean test(Scenario scenario) {
        return (tags.isEmpty() || tags.stream().anyMatch(scenario.about().tags()::contains))
                && (names.isEmpty() || names.contains(scenario.name()));
    }

    /**
     * A word that fits none would leave a test out that somebody counts on.
     *
     * @throws IllegalArgumentException if a tag or name fits none of them, or all together fit none
     */
    void requireSome(List<Scenario> scenarios) {
        requireKnown("name", names, scenarios.stream().map(Scenario::name).toList());
        requireKnown(
                "tag",
                tags,
                scenarios.stream()
                        .flatMap(scenario -> scenario.about().tags().stream())
                        .distinct()
                        .sorted()
                        .toList());
        if (scenarios.stream().noneMatch(this)) {
            throw new IllegalArgumentException("No scenario of the names " + names + " has one of the tags " + tags
                    + ", so there would be no test.");
        }
    }

    private static void requireKnown(String what, List<String> wanted, Collection<String> known) {
        wanted.stream().filter(word -> !known.contains(word)).findFirst().ifPresent(word -> {
            throw new IllegalArgumentException("No scenario has the " + what + " \"" + word + "\" (there are: "
                    + String.join(", ", known) + ")." + Suggestion.of(word, known));
        });
    }
}
