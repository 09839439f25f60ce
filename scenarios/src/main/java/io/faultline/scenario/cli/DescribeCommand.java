package io.faultline.scenario.cli;

import io.faultline.fault.FaultSpec;
import io.faultline.scenario.model.About;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.yaml.Catalog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        sortOptions = false,
        description =
                "Show what a scenario is about, what good looks like, how to mend a failure, and what can be set. "
                        + "With --fault: what can be written about a fault, what it needs, and how it is proven and healed.")
final class DescribeCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME|FILE|TAG",
            arity = "1..*",
            completionCandidates = Candidates.class,
            description = "The scenarios, or with --fault the faults.")
    private List<String> chosen = List.of();

    @Option(
            names = "--fault",
            description = "The names are those of faults, as packet-loss; also of your own, in jars that "
                    + "FAULTLINE_CLASSPATH names.")
    private boolean fault;

    @Option(names = "--source", description = "Print the file of a built-in scenario, to be copied and changed.")
    private boolean source;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (fault) {
            chosen.stream().map(this::fault).toList().forEach(each -> FaultPage.print(each, out));
            return ExitCode.HELD;
        }
        for (Scenario scenario : new ScenarioSelector(spec, Map.of()).of(chosen)) {
            if (source && Catalog.names().contains(scenario.name())) {
                out.print(Catalog.source(scenario.name()));
            } else {
                describe(scenario, out);
            }
        }
        return ExitCode.HELD;
    }

    private FaultSpec fault(String name) {
        return FaultSpec.named(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "There is no fault \"" + name + "\" (there are: "
                                + FaultSpec.all().stream().map(FaultSpec::name).collect(Collectors.joining(", "))
                                + ")."));
    }

    private static void describe(Scenario scenario, PrintWriter out) {
        About about = scenario.about();
        String tags = about.tags().isEmpty() ? "" : ", tags: " + String.join(", ", about.tags());
        out.println(about.name() + " (version " + about.version() + tags + ")");
        out.println(about.title());
        paragraph(out, "Why it matters", about.why());
        paragraph(out, "What good looks like", about.good());
        paragraph(out, "How to mend it", about.fix());
        out.println();
        out.println("Roles (--role ROLE=SERVICE, --container ROLE=NAME):");
        scenario.roles().forEach((role, what) -> row(out, role, what));
        if (!scenario.parameters().isEmpty()) {
            out.println("Parameters (--set NAME=VALUE):");
            scenario.parameters()
                    .forEach(parameter ->
                            row(out, parameter.name(), parameter.about() + " (default: " + parameter.standard() + ")"));
        }
        if (!scenario.reference().isEmpty()) {
            out.println("Reference system:");
            scenario.reference()
                    .forEach(part -> row(
                            out,
                            part.role(),
                            String.join(" or ", part.programs())
                                    + (part.naive().isEmpty() ? "" : "; the naive one: " + part.naive())));
        }
        out.println();
    }

    private static void paragraph(PrintWriter out, String heading, String text) {
        out.println();
        out.println(heading + ":");
        for (String part : text.strip().split("\n\\s*\n", -1)) {
            Paragraphs.of("  ", part).forEach(out::println);
        }
    }

    private static void row(PrintWriter out, String name, String what) {
        Paragraphs.of(String.format(Locale.ROOT, "  %-16s ", name), what).forEach(out::println);
    }
}
