package io.faultline.scenario.junit;

import io.faultline.junit.StrictMode;
import io.faultline.scenario.Variant;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.reference.Program;
import io.faultline.scenario.reference.ReferenceSource;
import io.faultline.scenario.system.ComposeSystem;
import io.faultline.scenario.system.OwnSource;
import io.faultline.scenario.yaml.Suggestion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.platform.engine.ConfigurationParameters;

/** What JUnit's configuration parameters, and where they say nothing system properties, tell of how scenarios are played. */
record Configuration(ConfigurationParameters parameters) {

    private static final String PREFIX = "faultline.scenario.";
    private static final String SET = "set.";
    private static final String ROLE = "role.";
    private static final List<String> NAMES = List.of("variant", "system", "parallel", "compose", "project");
    private static final int MOST_AT_ONCE = 16;

    /** The value that was set for a scenario's parameter. */
    Optional<String> set(String name) {
        return parameters.get(PREFIX + SET + name);
    }

    /**
     * What a scenario is played on: the Compose project that was named, else its reference system.
     *
     * @throws IllegalArgumentException if a value is none
     */
    Setup stage(Scenario scenario) {
        List<Path> files = parameters.get(PREFIX + "compose").stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(text -> Path.of(text.strip()))
                .toList();
        Optional<String> project = parameters.get(PREFIX + "project");
        if (files.isEmpty() && project.isEmpty()) {
            return Setup.of(new ReferenceSource(variant(), program()), scenario);
        }
        Map<String, String> services = new HashMap<>();
        scenario.roles()
                .keySet()
                .forEach(
                        role -> parameters.get(PREFIX + ROLE + role).ifPresent(service -> services.put(role, service)));
        OwnSource source = new OwnSource(new ComposeSystem(files, project, services));
        return Setup.of(
                source,
                files.isEmpty()
                        ? project.orElseThrow()
                        : files.stream()
                                .map(path -> String.valueOf(path.getFileName()))
                                .collect(Collectors.joining(", ")));
    }

    private Variant variant() {
        return parameters
                .get(PREFIX + "variant")
                .map(text -> Arrays.stream(Variant.values())
                        .filter(variant -> variant.toString().equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> wrong("variant", text, "resilient or naive")))
                .orElse(Variant.RESILIENT);
    }

    private Optional<Program> program() {
        return parameters.get(PREFIX + "system").map(Program::named);
    }

    /** How many are played at a time. */
    int atOnce() {
        return parameters
                .get(PREFIX + "parallel")
                .map(text -> Optional.of(text)
                        .filter(number -> number.matches("\\d{1,2}"))
                        .map(Integer::valueOf)
                        .filter(number -> number >= 1 && number <= MOST_AT_ONCE)
                        .orElseThrow(() -> wrong("parallel", text, "a number from 1 to " + MOST_AT_ONCE)))
                .orElse(1);
    }

    boolean isStrict() {
        return StrictMode.isOn(parameters::get);
    }

    /**
     * A name that nobody knows would be a typing error that nobody notices.
     *
     * @param complete whether these are all, or some could not be read
     * @throws IllegalArgumentException if there is one
     */
    void requireKnown(List<Scenario> scenarios, boolean complete) {
        List<String> written = parameters.keySet().stream()
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> name.substring(PREFIX.length()))
                .toList();
        written.stream()
                .filter(name -> !name.startsWith(SET) && !name.startsWith(ROLE) && !NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("There is no configuration parameter \"" + PREFIX + name
                            + "\" (there are: " + String.join(", ", NAMES) + ", role.ROLE, set.NAME)."
                            + Suggestion.of(name, NAMES));
                });
        if (!complete) {
            return; // the parameter may be of one that could not be read, which tells so itself
        }
        KnownSettings.require(after(SET, written), scenarios);
        List<String> roles = scenarios.stream()
                .flatMap(scenario -> scenario.roles().keySet().stream())
                .distinct()
                .toList();
        after(ROLE, written).stream()
                .filter(role -> !roles.contains(role))
                .findFirst()
                .ifPresent(role -> {
                    throw new IllegalArgumentException("No scenario has a role \"" + role + "\" (there are: "
                            + String.join(", ", roles) + ")." + Suggestion.of(role, roles));
                });
    }

    private static List<String> after(String prefix, List<String> names) {
        return names.stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    private static IllegalArgumentException wrong(String name, String value, String cure) {
        return new IllegalArgumentException(PREFIX + name + " is \"" + value + "\", but must be " + cure + ".");
    }
}
