package io.faultline.scenario.junit;

import io.faultline.scenario.model.Parameter;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.yaml.Suggestion;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Holds what was set against the parameters that scenarios have: a typing error would be one that nobody notices. */
final class KnownSettings {

    private KnownSettings() {}

    /** @throws IllegalArgumentException if something was set that none of them has */
    static void require(Collection<String> set, List<Scenario> scenarios) {
        List<String> known = Stream.concat(
                        scenarios.stream()
                                .flatMap(scenario -> scenario.parameters().stream())
                                .map(Parameter::name),
                        Stream.of("seed"))
                .distinct()
                .toList();
        set.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("No scenario has a parameter \"" + name + "\" to set (there are: "
                    + String.join(", ", known) + ")." + Suggestion.of(name, known));
        });
    }
}
