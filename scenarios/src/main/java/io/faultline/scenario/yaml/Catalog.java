package io.faultline.scenario.yaml;

import io.faultline.scenario.model.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The built-in scenarios, one file each. */
public final class Catalog {

    private static final String FOLDER = "/io/faultline/scenario/catalog/";

    /** In the order in which they are listed and played: what hurts most people first. */
    private static final String INDEX = "index.txt";

    private Catalog() {}

    /** The names of all, in their order. */
    public static List<String> names() {
        return text(INDEX)
                .lines()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /**
     * The scenario of this name; empty if there is none.
     *
     * @param settings as for {@link ScenarioFile#read}
     * @throws BadScenarioException if a setting makes no sense to it
     */
    public static Optional<Scenario> scenario(String name, Map<String, String> settings) {
        return names().contains(name)
                ? Optional.of(ScenarioFile.read("catalog/" + name + ScenarioFile.SUFFIX, source(name), settings))
                : Optional.empty();
    }

    /** All of them. */
    public static List<Scenario> all(Map<String, String> settings) {
        return names().stream()
                .flatMap(name -> scenario(name, settings).stream())
                .toList();
    }

    /** The text of one, to be copied and changed. */
    public static String source(String name) {
        return text(name + ScenarioFile.SUFFIX);
    }

    private static String text(String file) {
        try (InputStream in = Catalog.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("The class path has no " + FOLDER + file + ".");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
