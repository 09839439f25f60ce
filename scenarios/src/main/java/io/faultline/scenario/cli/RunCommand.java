package io.faultline.scenario.cli;

import io.faultline.docker.DockerRun;
import io.faultline.scenario.Catalog;
import io.faultline.scenario.Client;
import io.faultline.scenario.Player;
import io.faultline.scenario.Reference;
import io.faultline.scenario.Result;
import io.faultline.scenario.Scenario;
import io.faultline.scenario.Settings;
import io.faultline.scenario.UnknownScenarioException;
import io.faultline.scenario.report.Report;
import io.faultline.scenario.report.ReportFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Play scenarios against reference systems on Docker, and judge the client.",
            "Nothing is left behind: not at the end, not on Ctrl-C; after a kill -9, 'faultline heal' helps."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all HELD",
            "1:one BROKEN",
            "2:wrong usage, or a file that cannot be written",
            "3:none BROKEN, but one INCONCLUSIVE",
            "4:this machine cannot run it",
            "130, 143:interrupted, after healing and cleaning up"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  faultline run",
            "  faultline run silent-partition --client naive",
            "  faultline run graceful-shutdown --system java-service",
            "  faultline run --quiet --out target/faultline"
        })
final class RunCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "Scenarios, as 'faultline list' names them. Without a name, all.")
    private List<String> names = List.of();

    @Option(
            names = "--client",
            paramLabel = "VARIANT",
            defaultValue = "resilient",
            description =
                    "The side that is judged, the client or the system: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Client client = Client.RESILIENT;

    @Option(
            names = "--system",
            paramLabel = "SYSTEM",
            defaultValue = "python-service",
            description = "The reference system that is judged, where it is not a client: ${COMPLETION-CANDIDATES}. "
                    + "Default: ${DEFAULT-VALUE}.")
    private Reference system = Reference.PYTHON_SERVICE;

    @Option(
            names = "--container-leg-only",
            description = "In silent-partition, leave docker-proxy's leg of the route alone, to see what that hides.")
    private boolean containerLegOnly;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Write report.json and junit.xml there. It is made if it is not there.")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = {"-q", "--quiet"},
            description = "Print verdicts only.")
    private boolean quiet;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Scenario> scenarios = chosen();
        Optional<ReportFolder> folder = folder();
        List<Result> results = new ArrayList<>();
        Instant began = Instant.now();
        // Closed in reverse: the run takes its agent away, the reports are written, and then the JVM may end.
        try (Interrupt interrupt = new Interrupt(spec.commandLine().getErr())) {
            DockerRun run = DockerRun.open();
            try (run;
                    Screen screen = new Screen(spec.commandLine().getOut(), quiet)) {
                screen.begins(run.id(), run.engine().describe());
                screen.prepares("starting the agent");
                run.agent();
                play(
                        scenarios,
                        new Player(run, new Settings(client, Optional.of(system), containerLegOnly), screen),
                        interrupt,
                        results);
            } finally {
                write(
                        folder,
                        new Report(
                                Version.number(),
                                run.id(),
                                run.engine().describe(),
                                began,
                                interrupt.happened(),
                                OptionalLong.empty(),
                                results));
            }
        }
        return ExitCode.of(results);
    }

    private static void play(List<Scenario> scenarios, Player player, Interrupt interrupt, List<Result> results) {
        for (Scenario scenario : scenarios) {
            if (interrupt.happened()) {
                return;
            }
            results.add(player.play(scenario));
        }
    }

    private List<Scenario> chosen() {
        try {
            return Catalog.named(names);
        } catch (UnknownScenarioException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Finds out before the run whether the reports can be written after it. */
    private Optional<ReportFolder> folder() {
        if (out.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ReportFolder.open(out.get()));
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void write(Optional<ReportFolder> folder, Report report) throws IOException {
        if (folder.isPresent()) {
            folder.get().write(report);
            if (!quiet) {
                spec.commandLine().getOut().println("reports: " + folder.get());
            }
        }
    }
}
