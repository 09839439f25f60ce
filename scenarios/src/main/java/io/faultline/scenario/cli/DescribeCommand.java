package io.faultline.scenario.cli;

import io.faultline.scenario.model.About;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.yaml.Catalog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description =
                "Tell what a scenario is about, what good looks like, how to mend a failure, and what can be set.")
final class DescribeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME|FILE|TAG", arity = "1..*", description = "The scenarios.")
    private List<String> chosen = List.of();

    @Option(names = "--source", description = "Print the file of a built-in scenario, to be copied and changed.")
    private boolean source;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (Scenario scenario : new Choice(spec, Map.of()).of(chosen)) {
            if (source && Catalog.names().contains(scenario.name())) {
                out.print(Catalog.source(scenario.name()));
            } else {
                describe(scenario, out);
            }
        }
        return ExitCode.HELD;
    }

    private static void describe(Scenario scenario, PrintWriter out) {
        About about = scenario.about();
        out.println(about.name() + " (version " + about.version() + ", tags: " + String.join(", ", about.tags()) + ")");
        out.println(about.title());
        paragraph(out, "Why it matters", about.why());
        paragraph(out, "What good looks like", about.good());
        paragraph(out, "How to mend it", about.fix());
        out.println();
        out.println("Roles (--role ROLE=SERVICE, --container ROLE=NAME):");
        scenario.roles().forEach((role, what) -> out.printf("  %-16s %s%n", role, what));
        if (!scenario.parameters().isEmpty()) {
            out.println("Parameters (--set NAME=VALUE):");
            scenario.parameters()
                    .forEach(parameter -> out.printf(
                            "  %-16s %s (default: %s)%n", parameter.name(), parameter.about(), parameter.standard()));
        }
        if (!scenario.reference().isEmpty()) {
            out.println("Reference system:");
            scenario.reference()
                    .forEach(part -> out.printf(
                            "  %-16s %s%s%n",
                            part.role(),
                            String.join(" or ", part.programs()),
                            part.naive().isEmpty() ? "" : "; the naive one: " + part.naive()));
        }
        out.println();
    }

    private static void paragraph(PrintWriter out, String heading, String text) {
        out.println();
        out.println(heading + ":");
        text.strip().lines().forEach(line -> out.println("  " + line));
    }
}
