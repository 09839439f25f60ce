package io.faultline.scenario.junit;

import io.faultline.junit.StrictMode;
import io.faultline.scenario.Variant;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.reference.Program;
import io.faultline.scenario.yaml.Suggestion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.platform.engine.ConfigurationParameters;

/** What JUnit's configuration parameters, and where they say nothing system properties, tell of how scenarios are played. */
record Configuration(ConfigurationParameters parameters) {

    private static final String PREFIX = "faultline.scenario.";
    private static final String SET = "set.";
    private static final List<String> NAMES = List.of("variant", "system", "parallel");
    private static final int MOST_AT_ONCE = 16;

    /** The value that was set for a scenario's parameter. */
    Optional<String> set(String name) {
        return parameters.get(PREFIX + SET + name);
    }

    /** @throws IllegalArgumentException if there is none of this name, as of the others that are asked for here */
    Variant variant() {
        return parameters
                .get(PREFIX + "variant")
                .map(text -> Arrays.stream(Variant.values())
                        .filter(variant -> variant.toString().equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> wrong("variant", text, "resilient or naive")))
                .orElse(Variant.RESILIENT);
    }

    Optional<Program> program() {
        return parameters.get(PREFIX + "system").map(Program::named);
    }

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
                .filter(name -> !name.startsWith(SET) && !NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("There is no configuration parameter \"" + PREFIX + name
                            + "\" (there are: " + String.join(", ", NAMES) + ", " + SET + "NAME)."
                            + Suggestion.of(name, NAMES));
                });
        if (!complete) {
            return; // the parameter may be of one that could not be read, which tells so itself
        }
        KnownSettings.require(
                written.stream()
                        .filter(name -> name.startsWith(SET))
                        .map(name -> name.substring(SET.length()))
                        .toList(),
                scenarios);
    }

    private static IllegalArgumentException wrong(String name, String value, String cure) {
        return new IllegalArgumentException(PREFIX + name + " is \"" + value + "\", but must be " + cure + ".");
    }
}
