package io.faultline.scenario.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A named sequence: a steady state, faults, and what is expected under them and after them. Its parameters have their values
 * already. Immutable.
 *
 * @param about what people read of it
 * @param roles what plays in it: the name of each role, and what it is
 * @param parameters what could be set, with the values that are
 * @param probes the looks that its steps take, by name
 * @param reference who plays the roles where nobody else does; empty if the scenario is for one system only
 */
public record Scenario(
        About about,
        Map<String, String> roles,
        List<Parameter> parameters,
        Map<String, NamedProbe> probes,
        Steady steady,
        List<Step> steps,
        List<RoleBinding> reference) {

    public Scenario {
        roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
        parameters = List.copyOf(parameters);
        probes = Map.copyOf(probes);
        steps = List.copyOf(steps);
        reference = List.copyOf(reference);
    }

    /** What it is called on the command line and in reports: lower case, with hyphens. */
    public String name() {
        return about.name();
    }

    /**
     * A look by its name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public NamedProbe probe(String name) {
        return Optional.ofNullable(probes.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no probe \"" + name + "\" (there are: " + probes.keySet() + ")."));
    }
}
