package io.faultline.scenario.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The {@code faultline} command. */
@Command(
        name = "faultline",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Injects real faults into containers, and proves whether clients notice, cope and recover.",
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all expectations HELD",
            "1:one was BROKEN",
            "2:wrong usage, a scenario file with mistakes, or a file that cannot be written",
            "3:none was BROKEN, but one was INCONCLUSIVE: the fault had no effect, or it could not be looked at",
            "4:this machine cannot run it; 'faultline doctor' shows why",
            "70:a defect of Faultline itself",
            "130, 143:interrupted, after healing and cleaning up"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  faultline run                        all, with a client that copes",
            "  faultline run --client naive         a client that does not: BROKEN",
            "  faultline list                       what there is to be played",
            "  faultline describe silent-partition  why it matters, and how to mend a failure",
            "  faultline init --compose compose.yaml  a first scenario for a system of yours",
            "  faultline validate my.scenario.yaml  every mistake in a file of yours, without Docker",
            "  faultline doctor                     what this machine can do, and how to mend it",
            "  faultline heal --dry-run             what dead runs have left behind"
        })
public final class Main {

    /** In the order of the help. */
    private static final List<Map.Entry<String, Class<?>>> COMMANDS = List.of(
            Map.entry("run", RunCommand.class),
            Map.entry("list", ListCommand.class),
            Map.entry("describe", DescribeCommand.class),
            Map.entry("validate", ValidateCommand.class),
            Map.entry("init", InitCommand.class),
            Map.entry("doctor", DoctorCommand.class),
            Map.entry("heal", HealCommand.class),
            Map.entry("generate-completion", AutoComplete.GenerateCompletion.class));

    // Read wherever an error is reported.
    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show stack traces of errors, and what the libraries log.")
    private boolean verbose;

    private Main() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(run(writer(FileDescriptor.out), writer(FileDescriptor.err), args));
    }

    // Not System.out, which replaces what the C locale, the default in containers, has no letters for.
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Runs the command to its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        Main main = new Main();
        CommandLine command = new CommandLine(main);
        commands(args).forEach(each -> command.addSubcommand(each.getKey(), each.getValue()));
        return command.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler(main::failure)
                .setExecutionStrategy(main::execute)
                .execute(args);
    }

    /** Those that can be meant: picocli looks into each that it knows, which takes longer than to list the catalog. */
    private static List<Map.Entry<String, Class<?>>> commands(String... args) {
        return COMMANDS.stream()
                .filter(each -> args.length > 0 && args[0].equals(each.getKey()))
                .filter(each -> each.getValue() != AutoComplete.GenerateCompletion.class) // it writes about all others
                .findFirst()
                .map(List::of)
                .orElse(COMMANDS);
    }

    private int execute(ParseResult parsed) {
        if (verbose) {
            // Before the first logger is made; the file simplelogger.properties only says what holds otherwise.
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        }
        if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
            throw new ParameterException(parsed.commandSpec().commandLine(), "A command is missing.");
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static int wrongUsage(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        command.getErr().println("faultline: " + problem.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(problem, command.getErr());
        if (!command.getSubcommands().isEmpty()) {
            command.getErr()
                    .println("Commands: "
                            + String.join(", ", command.getSubcommands().keySet()));
        }
        command.getErr().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private int failure(Exception failure, CommandLine command, ParseResult parsed) {
        int code = ExitCode.of(failure);
        command.getErr()
                .println("faultline: " + (code == ExitCode.DEFECT ? "a defect: " + failure : failure.getMessage()));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        } else if (code == ExitCode.DEFECT) {
            command.getErr().println("Please report it, with what --verbose shows.");
        }
        return code;
    }
}
