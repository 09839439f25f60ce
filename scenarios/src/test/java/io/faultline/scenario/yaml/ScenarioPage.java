package io.faultline.scenario.yaml;

import io.faultline.scenario.model.About;
import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.model.Parameter;
import io.faultline.scenario.model.RoleBinding;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page in docs/scenarios that is written from the file of a scenario. */
final class ScenarioPage {

    private final Scenario scenario;
    private final RoleBinding judged;

    ScenarioPage(Scenario scenario) {
        this.scenario = scenario;
        this.judged = scenario.reference().stream()
                .filter(binding -> !binding.naive().isEmpty())
                .findFirst()
                .orElseThrow();
    }

    /** Its row in the table of all. */
    String row() {
        return "| [" + scenario.name() + "](" + scenario.name() + ".md) | "
                + scenario.about().title() + " | " + programs(judged) + " | [`" + judged.naive()
                + "`](#defects) |\n";
    }

    String text() {
        About about = scenario.about();
        return "# " + about.name() + "\n\n"
                + "<!-- Written from scenarios/catalog/" + about.name()
                + ".scenario.yaml by ScenarioPagesTest. Change that. -->\n\n"
                + wrapped(about.title() + ".")
                + "\n" + wrapped("**Why it matters.** " + about.why())
                + "\n" + wrapped("**What good looks like.** " + about.good())
                + "\n" + wrapped("**How to mend it.** " + about.fix())
                + "\n## What happens\n\n" + happens()
                + "\n| probe | passes when | a look takes at most |\n|---|---|---|\n" + probes()
                + "\n## Roles and parameters\n\n" + "| role | | on the reference system |\n|---|---|---|\n" + roles()
                + "\n| `--set` | default | |\n|---|---|---|\n" + parameters()
                + "\n## Verdicts\n\n" + verdicts()
                + "\nTags: " + about.tags().stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", "))
                + ". Version " + about.version() + ". The file: `./faultline describe --source " + about.name()
                + "`.\n";
    }

    private String happens() {
        String well = scenario.steady().probes().stream()
                        .map(probe -> "`" + probe + "`")
                        .collect(Collectors.joining(", "))
                + (scenario.steady().probes().size() == 1 ? " passes" : " pass");
        String last = has(Step.Terminate.class)
                ? ""
                : "1. All is well again within "
                        + StepText.time(scenario.steady().after()) + ": " + well + ".\n";
        return "1. All is well within " + StepText.time(scenario.steady().before()) + ": " + well + ".\n"
                + scenario.steps().stream().map(StepText::item).collect(Collectors.joining())
                + last;
    }

    private String probes() {
        return scenario.probes().values().stream()
                .sorted(Comparator.comparing(NamedProbe::name))
                .map(probe -> ProbeText.row(probe) + "\n")
                .collect(Collectors.joining());
    }

    private String roles() {
        return scenario.roles().entrySet().stream()
                .map(role -> "| `" + role.getKey() + "` | " + role.getValue() + " | "
                        + binding(role.getKey()).map(ScenarioPage::played).orElse("")
                        + " |\n")
                .collect(Collectors.joining());
    }

    private Optional<RoleBinding> binding(String role) {
        return scenario.reference().stream()
                .filter(binding -> binding.role().equals(role))
                .findFirst();
    }

    private static String played(RoleBinding binding) {
        String environment = new TreeMap<>(binding.environment())
                .entrySet().stream()
                        .map(each -> ", with `" + each.getKey() + "=" + each.getValue() + "`")
                        .collect(Collectors.joining());
        return programs(binding) + environment + (binding.proxied() ? ", reached through a proxy" : "");
    }

    private static String programs(RoleBinding binding) {
        return binding.programs().stream().map(program -> "`" + program + "`").collect(Collectors.joining(", "));
    }

    private String parameters() {
        return scenario.parameters().stream()
                .map(parameter ->
                        "| `" + parameter.name() + "` | `" + parameter.standard() + "` | " + about(parameter) + " |\n")
                .collect(Collectors.joining());
    }

    private static String about(Parameter parameter) {
        return parameter.about().replace("|", "\\|");
    }

    private String verdicts() {
        String others = judged.programs().stream()
                .skip(1)
                .map(program -> run("--system " + program, "the same, both ways: " + program))
                .collect(Collectors.joining());
        return "```\n"
                + run("", "HELD: " + judged.programs().get(0))
                + run("--client naive", "BROKEN: the same with " + judged.naive() + " left at its default")
                + others
                + own()
                + "```\n"
                + "\n[What `" + judged.naive() + "` means](README.md#defects) and how it should be.\n"
                + needs().map(need -> "\n" + wrapped(need)).orElse("");
    }

    private String own() {
        if (needs().isPresent()) {
            return "";
        }
        String roles = scenario.roles().keySet().stream()
                .map(role -> " --role " + role + "=SERVICE")
                .collect(Collectors.joining());
        return "./faultline run " + scenario.name() + " --compose compose.yaml" + roles + "\n";
    }

    private String run(String options, String what) {
        String command = ("./faultline run " + scenario.name() + " " + options).strip();
        return command + " ".repeat(Math.max(3, 64 - command.length())) + what + "\n";
    }

    /** What a fault needs that systems of one's own have not, unless somebody prepared them. */
    private Optional<String> needs() {
        List<String> kinds = steps().filter(Step.Inject.class::isInstance)
                .map(Step.Inject.class::cast)
                .flatMap(inject -> inject.faults().stream())
                .map(fault -> fault.spec().name())
                .toList();
        if (kinds.stream().anyMatch(kind -> kind.endsWith("-stream"))) {
            return Optional.of(
                    "Needs a proxy between the client and its dependency, which reference systems have. In a "
                            + "test of your own, `faultline.through` opens one.");
        }
        if (kinds.stream().anyMatch(kind -> kind.startsWith("clock-"))) {
            return Optional.of(
                    "Needs a client whose clock was prepared before its start, as the reference program's is. In "
                            + "a test of your own, `FakeClock.in(container)` does that.");
        }
        return Optional.empty();
    }

    private boolean has(Class<? extends Step> kind) {
        return steps().anyMatch(kind::isInstance);
    }

    private Stream<Step> steps() {
        return scenario.steps().stream().flatMap(Step::all);
    }

    private static String wrapped(String text) {
        return text.strip().replaceAll("(.{1,120})(\\s+|$)", "$1\n");
    }
}
