package io.faultline.scenario.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
        subcommands = {
            RunCommand.class,
            ListCommand.class,
            DescribeCommand.class,
            ValidateCommand.class,
            InitCommand.class,
            DoctorCommand.class,
            HealCommand.class,
            AutoComplete.GenerateCompletion.class
        },
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

    // Read wherever an error is reported.
    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show stack traces of errors, and what the libraries log.")
    private boolean verbose;

    private Main() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine(writer(FileDescriptor.out), writer(FileDescriptor.err))
                .execute(args));
    }

    // Not System.out, which replaces what the C locale, the default in containers, has no letters for.
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        Main main = new Main();
        return new CommandLine(main)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler(main::failure)
                .setExecutionStrategy(main::execute);
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
