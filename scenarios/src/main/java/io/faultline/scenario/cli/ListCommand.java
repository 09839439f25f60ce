package io.faultline.scenario.cli;

import io.faultline.scenario.model.Scenario;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = "List the scenarios that there are, with their tags.")
final class ListCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME|TAG", arity = "0..*", description = "Only these.")
    private List<String> chosen = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Scenario> scenarios = new Choice(spec, Map.of()).of(chosen);
        int width = scenarios.stream()
                .mapToInt(scenario -> scenario.name().length())
                .max()
                .orElse(0);
        for (Scenario scenario : scenarios) {
            out.printf(
                    "%-" + width + "s  %s [%s]%n",
                    scenario.name(),
                    scenario.about().title(),
                    String.join(", ", scenario.about().tags()));
        }
        out.println();
        out.println("faultline describe NAME tells more of one; faultline run NAME|TAG plays it.");
        return ExitCode.HELD;
    }
}
