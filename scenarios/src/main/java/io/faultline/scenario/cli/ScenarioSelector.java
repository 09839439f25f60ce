package io.faultline.scenario.cli;

import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.yaml.Catalog;
import io.faultline.scenario.yaml.ScenarioFile;
import io.faultline.scenario.yaml.Suggestion;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        if (written.isEmpty()) {
            return Catalog.all(settings);
        }
        return written.stream().flatMap(this::meant).distinct().toList();
    }

    private Stream<Scenario> meant(String written) {
        if (written.endsWith(".yaml") || written.endsWith(".yml") || written.contains("/")) {
            return Stream.of(file(Path.of(written)));
        }
        if (Catalog.names().contains(written)) {
            return Catalog.scenario(written, settings).stream();
        }
        List<Scenario> tagged = Catalog.all(settings).stream()
                .filter(scenario -> scenario.about().tags().contains(written))
                .toList();
        if (tagged.isEmpty()) {
            throw new ParameterException(spec.commandLine(), unknown(written));
        }
        return tagged.stream();
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

    private String unknown(String written) {
        Set<String> tags = Catalog.all(settings).stream()
                .flatMap(scenario -> scenario.about().tags().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> known = new LinkedHashSet<>(Catalog.names());
        known.addAll(tags);
        String file = written + ScenarioFile.SUFFIX;
        if (Files.exists(Path.of(file))) {
            return "No scenario is called \"" + written + "\", and no tag. Did you mean the file \"" + file + "\"?";
        }
        return "No scenario is called \"" + written + "\", and no tag. 'faultline list' names them; a file ends in "
                + ScenarioFile.SUFFIX + ". Tags: " + String.join(", ", tags) + "." + Suggestion.of(written, known);
    }
}
