package io.faultline.scenario.cli;

import io.faultline.docker.DockerRun;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.Variant;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.reference.Program;
import io.faultline.scenario.reference.ReferenceSource;
import io.faultline.scenario.report.Report;
import io.faultline.scenario.run.ScenarioRunner;
import io.faultline.scenario.run.SystemSource;
import io.faultline.scenario.system.BindingException;
import io.faultline.scenario.system.OwnSource;
import io.faultline.scenario.yaml.Suggestion;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Play scenarios, on reference systems or on yours, and judge the client.",
            "Nothing is left behind: not at the end, not on Ctrl-C; after a kill -9, 'faultline heal' helps."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all HELD",
            "1:one BROKEN",
            "2:wrong usage, a scenario file with mistakes, or a file that cannot be written",
            "3:none BROKEN, but one INCONCLUSIVE",
            "4:this machine cannot run it",
            "130, 143:interrupted, after healing, cleaning up and writing the reports"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  faultline run",
            "  faultline run silent-partition --client naive",
            "  faultline run shutdown --parallel 4 --out target/faultline",
            "  faultline run mine.scenario.yaml --compose compose.yaml --role client=web --set port=8000"
        })
final class RunCommand implements Callable<Integer> {

    private static final int MOST_AT_ONCE = 4;

    @Parameters(
            paramLabel = "NAME|FILE|TAG",
            arity = "0..*",
            completionCandidates = Candidates.class,
            description =
                    "Scenarios or tags, as 'faultline list' names them, or files. Without any, the whole catalog.")
    private List<String> chosen = List.of();

    @Option(
            names = "--client",
            paramLabel = "VARIANT",
            defaultValue = "resilient",
            description =
                    "Of reference systems, the side that is judged: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Variant variant = Variant.RESILIENT;

    @Option(
            names = "--system",
            paramLabel = "PROGRAM",
            description =
                    "The reference program that is judged, where a scenario can be played on several: 'faultline describe' names them.")
    private Optional<String> program = Optional.empty();

    @Mixin
    private SystemChoice own = new SystemChoice();

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Values of scenarios' parameters, as 'faultline describe' names them.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = {"-p", "--parallel"},
            paramLabel = "N",
            description = "Play so many at a time, each on a network of its own. Default: one for each CPU, at most "
                    + MOST_AT_ONCE + "; with one at a time, each is shown as it happens.")
    private int atOnce = Math.min(MOST_AT_ONCE, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description =
                    "Draw again what an earlier run has drawn by chance. Default: another one each time; it is printed.")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "1", description = "Play each so many times.")
    private int repeat = 1;

    @Option(
            names = "--control",
            description =
                    "Play what HELD once more with the faults prepared and not armed. What is noticed then as well was "
                            + "not the fault's doing, and INCONCLUSIVE.")
    private boolean control;

    @Option(names = "--fail-fast", description = "Begin no other one once one was not HELD.")
    private boolean failFast;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "End a scenario that takes longer: it is INCONCLUSIVE then. Default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds = 300;

    @Mixin
    private ReportOptions publication = new ReportOptions();

    @Option(
            names = {"-q", "--quiet"},
            description = "Print verdicts only.")
    private boolean quiet;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        requirePositive("--parallel", atOnce);
        requirePositive("--repeat", repeat);
        requirePositive("--timeout", timeoutSeconds);
        long drawn = seed.orElseGet(() -> (long) new SecureRandom().nextInt(Integer.MAX_VALUE));
        Map<String, String> values = new HashMap<>(Map.of("seed", Long.toString(drawn)));
        values.putAll(settings);
        List<Scenario> scenarios = new ScenarioSelector(spec, values).of(chosen);
        requireParameters(scenarios);
        if (own.chosen().isEmpty()) {
            requireReferences(scenarios);
        }
        Systems systems =
                new Systems(own.chosen().map(OwnSource::new), new ReferenceSource(variant, program.map(this::program)));
        ReportOptions.Prepared prepared = publication.prepare();
        List<Result> results = Collections.synchronizedList(new ArrayList<>());
        Instant began = Instant.now();
        // Closed in reverse: the run takes its agent away, the reports are written, and then the JVM may end.
        try (ShutdownGuard interrupt = new ShutdownGuard(spec.commandLine().getErr())) {
            DockerRun run = open(systems, scenarios);
            int plays = scenarios.size() * repeat;
            try (run;
                    ConsoleReporter reporter =
                            new ConsoleReporter(spec.commandLine().getOut(), quiet, plays, Math.min(atOnce, plays))) {
                reporter.begins(run.id(), run.engine().describe(), drawn);
                reporter.prepares("starting the agent");
                run.agent();
                if (systems.own().isEmpty()) {
                    systems.reference().prepare(scenarios, run.engine(), reporter::prepares);
                }
                new Schedule(Math.min(atOnce, plays), Duration.ofSeconds(timeoutSeconds), failFast)
                        .play(plays(scenarios, systems, run, reporter), results);
                reporter.concludes(results, Duration.between(began, Instant.now()));
            } finally {
                publication.publish(
                        new Report(
                                Version.number(),
                                run.id(),
                                run.describe(),
                                began,
                                interrupt.happened(),
                                OptionalLong.of(drawn),
                                sorted(results, scenarios)),
                        prepared,
                        quiet);
            }
        }
        return ExitCode.of(results);
    }

    /** In the order of the scenarios, which need not be the one in which they ended. */
    private static List<Result> sorted(List<Result> results, List<Scenario> scenarios) {
        List<String> order = scenarios.stream().map(Scenario::name).toList();
        List<Result> sorted = new ArrayList<>(results);
        sorted.sort(Comparator.comparingInt(result -> order.indexOf(result.scenario())));
        return sorted;
    }

    /** Where the user's system lacks what is played, nothing is: no report replaces an earlier one. */
    private DockerRun open(Systems systems, List<Scenario> scenarios) {
        DockerRun run = DockerRun.open();
        try {
            systems.own().ifPresent(source -> check(source, scenarios));
            return run;
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    private void check(OwnSource source, List<Scenario> scenarios) {
        try {
            source.check(scenarios);
        } catch (BindingException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is played on: the user's own system if one was chosen, else the one that a scenario names for itself. */
    private record Systems(Optional<OwnSource> own, ReferenceSource reference) {}

    private List<Supplier<Result>> plays(
            List<Scenario> scenarios, Systems systems, DockerRun run, ConsoleReporter reporter) {
        ScenarioRunner runner = new ScenarioRunner(run, control);
        List<Supplier<Result>> plays = new ArrayList<>();
        for (int round = 1; round <= repeat; round++) {
            for (Scenario scenario : scenarios) {
                Settings played = systems.own().isPresent()
                        ? new Settings(Optional.empty(), own.describe(), round)
                        : new Settings(Optional.of(variant), systems.reference().judged(scenario), round);
                SystemSource source =
                        systems.own().map(SystemSource.class::cast).orElse(systems.reference());
                plays.add(() -> runner.play(scenario, source, played, reporter.scene()));
            }
        }
        return plays;
    }

    private Program program(String name) {
        try {
            return Program.named(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--system " + name + ": " + e.getMessage(), e);
        }
    }

    private void requirePositive(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " " + value + ": it must be at least 1.");
        }
    }

    /** @throws ParameterException if one can be played on a system of the user's only, and none was chosen */
    private void requireReferences(List<Scenario> scenarios) {
        scenarios.stream()
                .filter(scenario -> scenario.reference().isEmpty())
                .findFirst()
                .ifPresent(scenario -> {
                    throw new ParameterException(spec.commandLine(), ReferenceSource.lackedBy(scenario));
                });
    }

    /** A setting that no scenario has would be a typing error that nobody notices. */
    private void requireParameters(List<Scenario> scenarios) {
        List<String> known = scenarios.stream()
                .flatMap(scenario -> scenario.parameters().stream())
                .map(parameter -> parameter.name())
                .distinct()
                .toList();
        settings.keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new ParameterException(
                            spec.commandLine(),
                            "--set " + name + ": none of these scenarios has such a parameter (there are: "
                                    + String.join(", ", known) + ")."
                                    + Suggestion.of(name, known));
                });
    }
}
