package io.faultline.scenario.yaml;

import io.faultline.scenario.model.About;
import io.faultline.scenario.model.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The built-in scenarios, one file each. */
public final class Catalog {

    private static final String FOLDER = "/io/faultline/scenario/catalog/";

    /**
     * In the order in which they are listed and played: what hurts most people first. With their titles and tags, so that
     * listing them reads one file and no YAML.
     */
    private static final String INDEX = "index.txt";

    private static final Pattern LINE = Pattern.compile("([a-z0-9-]+): (.+) \\[(.+)]");

    private Catalog() {}

    /** What is listed of a scenario. */
    public record Entry(String name, String title, List<String> tags) {

        public Entry {
            tags = List.copyOf(tags);
        }

        /** As it is listed. */
        public static Entry of(About about) {
            return new Entry(about.name(), about.title(), about.tags());
        }

        private static Entry read(String line) {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new IllegalStateException(
                        "The line \"" + line + "\" of " + INDEX + " is not as \"NAME: TITLE [TAG, TAG]\".");
            }
            return new Entry(
                    parts.group(1), parts.group(2), List.of(parts.group(3).split(", ", -1)));
        }

        /** The line of the index. */
        @Override
        public String toString() {
            return name + ": " + title + " [" + String.join(", ", tags) + "]";
        }
    }

    /** The names of all, in their order. */
    public static List<String> names() {
        return index().map(line -> line.replaceFirst(":.*", "")).toList();
    }

    /** What is listed of all, in their order. No scenario is read for it. */
    public static List<Entry> entries() {
        return index().map(Entry::read).toList();
    }

    private static Stream<String> index() {
        return text(INDEX).lines().filter(line -> !line.isBlank());
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
