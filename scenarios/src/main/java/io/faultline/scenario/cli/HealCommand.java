package io.faultline.scenario.cli;

import io.faultline.agent.Answers.Leftover;
import io.faultline.docker.DockerRun;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = {
            "Remove what dead runs have left on this Docker host: rules, sets, containers and networks.",
            "Runs that still live are left alone; faults of dead ones end by themselves too, within 15 s."
        },
        optionListHeading = "%nOptions:%n")
final class HealCommand implements Callable<Integer> {

    @Option(
            names = {"-n", "--dry-run"},
            description = "Only list it.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Leftover> found = DockerRun.sweep(dryRun);
        PrintWriter out = spec.commandLine().getOut();
        if (found.isEmpty()) {
            out.println("nothing to heal");
        }
        for (Leftover each : found) {
            out.printf(
                    "%s  run %s  %s%s: %s%n",
                    dryRun ? "found" : "removed", each.run(), each.where(), place(each), each.what());
        }
        return ExitCode.HELD;
    }

    private static String place(Leftover found) {
        return found.netns() == 0 ? "" : " in network namespace " + found.netns();
    }
}
