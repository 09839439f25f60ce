package io.faultline.scenario.cli;

import io.faultline.scenario.yaml.BadScenarioException;
import io.faultline.scenario.yaml.FaultSchema;
import io.faultline.scenario.yaml.ScenarioFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = {
            "Check scenario files, without Docker: every mistake with its file, line and column.",
            "With --schema: print the JSON Schema of scenario files, for an editor. It has the faults of your own jars "
                    + "as well: those that FAULTLINE_CLASSPATH names.",
            "Exit codes: 0 all are right, 2 one is not."
        })
final class ValidateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Scenario files.")
    private List<Path> files = List.of();

    @Option(names = "--schema", description = "Print the JSON Schema of scenario files, and check none.")
    private boolean schema;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "Values of parameters, as 'run' takes them.")
    private Map<String, String> settings = Map.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (schema) {
            spec.commandLine().getOut().print(FaultSchema.ofScenarios());
            spec.commandLine().getOut().flush();
            return ExitCode.HELD;
        }
        if (files.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "No FILE is named. Name one, as my.scenario.yaml, or --schema.");
        }
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
