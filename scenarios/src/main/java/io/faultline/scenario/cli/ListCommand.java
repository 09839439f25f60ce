package io.faultline.scenario.cli;

import io.faultline.scenario.yaml.Catalog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = "List the scenarios that there are, with their tags.")
final class ListCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME|TAG",
            arity = "0..*",
            completionCandidates = Candidates.class,
            description = "Only these.")
    private List<String> chosen = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Catalog.Entry> scenarios = new ScenarioSelector(spec, Map.of()).entries(chosen);
        int width = scenarios.stream()
                .mapToInt(scenario -> scenario.name().length())
                .reduce(1, Math::max); // no format has a width of 0
        scenarios.forEach(scenario -> out.printf("%-" + width + "s  %s%n", scenario.name(), scenario.title()));
        out.println();
        Paragraphs.of("Tags: ", tags(scenarios)).forEach(out::println);
        out.println("faultline describe NAME shows more of one; faultline run NAME|TAG plays it.");
        return ExitCode.HELD;
    }

    private static String tags(List<Catalog.Entry> scenarios) {
        return scenarios.stream()
                .flatMap(scenario -> scenario.tags().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
