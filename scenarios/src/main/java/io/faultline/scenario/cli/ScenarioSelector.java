package io.faultline.scenario.cli;

import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.yaml.Catalog;
import io.faultline.scenario.yaml.ScenarioFile;
import io.faultline.scenario.yaml.Suggestion;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which scenarios are meant by what was written: names, files and tags. */
final class ScenarioSelector {

    private final CommandSpec spec;
    private final Map<String, String> settings;

    /** @param settings values of the scenarios' parameters */
    ScenarioSelector(CommandSpec spec, Map<String, String> settings) {
        this.spec = spec;
        this.settings = settings;
    }

    /**
     * Each once, in the order in which they were written; the whole catalog if nothing was.
     *
     * @throws ParameterException if something is none of the three
     * @throws io.faultline.scenario.yaml.BadScenarioException if a file has mistakes
     */
    List<Scenario> of(List<String> written) {
        return meant(written, entry -> Catalog.scenario(entry.name(), settings).orElseThrow(), this::file);
    }

    /** What is listed of the same ones. Of the catalog's, no file is read. */
    List<Catalog.Entry> entries(List<String> written) {
        return meant(
                written, entry -> entry, file -> Catalog.Entry.of(file(file).about()));
    }

    private <T> List<T> meant(List<String> written, Function<Catalog.Entry, T> builtIn, Function<Path, T> file) {
        List<Catalog.Entry> catalog = Catalog.entries();
        Map<String, Supplier<T>> meant = new LinkedHashMap<>(); // by name or path, before any is read
        for (String each : written.isEmpty() ? Catalog.names() : written) {
            if (isFile(each)) {
                Path path = Path.of(each);
                meant.putIfAbsent(path.toAbsolutePath().normalize().toString(), () -> file.apply(path));
            } else {
                named(each, catalog).forEach(entry -> meant.putIfAbsent(entry.name(), () -> builtIn.apply(entry)));
            }
        }
        return meant.values().stream().map(Supplier::get).toList();
    }

    private static boolean isFile(String written) {
        return written.endsWith(".yaml") || written.endsWith(".yml") || written.contains("/");
    }

    /** The one of this name, else all of this tag. */
    private List<Catalog.Entry> named(String written, List<Catalog.Entry> catalog) {
        List<Catalog.Entry> named =
                catalog.stream().filter(entry -> entry.name().equals(written)).toList();
        List<Catalog.Entry> tagged =
                catalog.stream().filter(entry -> entry.tags().contains(written)).toList();
        if (named.isEmpty() && tagged.isEmpty()) {
            throw new ParameterException(spec.commandLine(), unknown(written, catalog));
        }
        return named.isEmpty() ? tagged : named;
    }

    private Scenario file(Path file) {
        return ScenarioFile.read(file.toString(), text(spec, file), settings);
    }

    /** @throws ParameterException if it cannot be read */
    static String text(CommandSpec spec, Path file) {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            throw new ParameterException(spec.commandLine(), file + " is no text in UTF-8.", e);
        } catch (IOException e) {
            String why = Files.exists(file) ? "cannot be read: " + e.getMessage() : "is not there";
            throw new ParameterException(spec.commandLine(), "The file " + file + " " + why + ".", e);
        }
    }

    private static String unknown(String written, List<Catalog.Entry> catalog) {
        Set<String> tags = catalog.stream()
                .flatMap(entry -> entry.tags().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> known =
                catalog.stream().map(Catalog.Entry::name).collect(Collectors.toCollection(LinkedHashSet::new));
        known.addAll(tags);
        String file = written + ScenarioFile.SUFFIX;
        if (Files.exists(Path.of(file))) {
            return "No scenario is called \"" + written + "\", and no tag. Did you mean the file \"" + file + "\"?";
        }
        return "No scenario is called \"" + written + "\", and no tag. 'faultline list' names them; a file ends in "
                + ScenarioFile.SUFFIX + ". Tags: " + String.join(", ", tags) + "." + Suggestion.of(written, known);
    }
}
