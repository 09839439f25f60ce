package io.faultline.scenario.cli;

import io.faultline.scenario.yaml.BadScenarioException;
import io.faultline.scenario.yaml.ScenarioFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = {
            "Check scenario files, without Docker: every mistake with its file, line and column.",
            "Exit codes: 0 all are right, 2 one is not."
        })
final class ValidateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Scenario files.")
    private List<Path> files = List.of();

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "Values of parameters, as 'run' takes them.")
    private Map<String, String> settings = Map.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        int code = ExitCode.HELD;
        for (Path file : files) {
            try {
                ScenarioFile.read(file.toString(), ScenarioSelector.text(spec, file), settings);
                spec.commandLine().getOut().println(file + ": right");
            } catch (BadScenarioException e) {
                spec.commandLine().getErr().println(e.getMessage());
                code = ExitCode.USAGE;
            }
        }
        return code;
    }
}
