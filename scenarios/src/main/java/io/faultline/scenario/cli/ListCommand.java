package io.faultline.scenario.cli;

import io.faultline.scenario.Catalog;
import io.faultline.scenario.Reference;
import io.faultline.scenario.Scenario;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = "List the scenarios that there are.")
final class ListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int width = Catalog.all().stream()
                .mapToInt(scenario -> scenario.name().length())
                .max()
                .orElse(0);
        for (Scenario scenario : Catalog.all()) {
            out.printf("%-" + width + "s  %s%n", scenario.name(), scenario.title());
        }
        out.println("All but silent-partition are played on a reference system (run --system): "
                + Arrays.stream(Reference.values()).map(Reference::toString).collect(Collectors.joining(", ")) + ".");
        return ExitCode.HELD;
    }
}
