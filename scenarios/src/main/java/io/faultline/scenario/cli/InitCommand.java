package io.faultline.scenario.cli;

import io.faultline.scenario.init.Draft;
import io.faultline.scenario.system.ComposeSystem;
import io.faultline.scenario.yaml.ScenarioFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
            "Write a first scenario, for the system of a Compose file or for any. No Docker engine is needed.",
            "Nothing is overwritten."
        })
final class InitCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "first" + ScenarioFile.SUFFIX,
            description = "The file to write. Default: ${DEFAULT-VALUE}.")
    private Path file = Path.of("first" + ScenarioFile.SUFFIX);

    @Option(
            names = "--compose",
            paramLabel = "FILE",
            description =
                    "The Compose file of the system, from which is guessed which service is judged, and what it needs. Given "
                            + "again, each file is merged into those before it. 'docker compose config' reads them where it is installed.")
    private List<Path> compose = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (!file.toString().endsWith(ScenarioFile.SUFFIX)) {
            throw wrong(file + ": scenario files end in " + ScenarioFile.SUFFIX + ".");
        }
        Draft draft = compose.isEmpty() ? Draft.template(file) : ofCompose();
        write(draft);
        PrintWriter out = spec.commandLine().getOut();
        out.println("wrote " + file);
        out.println("Look at it: which request needs the dependency? Then:");
        out.println("  faultline validate " + file);
        out.println("  faultline run " + file + " " + draft.options());
        return ExitCode.HELD;
    }

    private Draft ofCompose() throws InterruptedException {
        List<String> texts =
                compose.stream().map(each -> ScenarioSelector.text(spec, each)).toList();
        try {
            return Draft.of(
                    file, compose, ComposeSystem.config(compose).map(List::of).orElse(texts));
        } catch (IllegalArgumentException e) {
            String files = compose.stream().map(Path::toString).collect(Collectors.joining(" with "));
            throw wrong("The Compose file " + files + " " + e.getMessage());
        }
    }

    private void write(Draft draft) {
        try {
            Files.writeString(file, draft.text(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw wrong("The file " + file + " is there already. Name another one, or remove it.");
        } catch (NoSuchFileException e) {
            throw wrong("The file " + file + " cannot be written: its folder is not there.");
        } catch (IOException e) {
            throw wrong("The file " + file + " cannot be written: " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
