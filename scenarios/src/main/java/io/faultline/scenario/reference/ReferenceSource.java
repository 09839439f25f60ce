package io.faultline.scenario.reference;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.Variant;
import io.faultline.scenario.model.RoleBinding;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.SystemSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Starts the reference system that a scenario names for itself.
 *
 * @param variant whether it copes
 * @param program the one that is judged, where a scenario names several; empty for the first
 */
public record ReferenceSource(Variant variant, Optional<Program> program) implements SystemSource {

    @Override
    public RunningSystem open(Scenario scenario, DockerRun run, Faultline faultline, Consumer<String> prepares)
            throws InterruptedException {
        return ReferenceSystem.start(run, faultline, parts(scenario), prepares);
    }

    /**
     * Builds the images that these scenarios need and the engine does not have, each of which can take a minute: before
     * anything is timed.
     *
     * @param prepares is told what is built
     * @throws io.faultline.docker.engine.EngineException if one cannot be built
     */
    public void prepare(List<Scenario> scenarios, DockerEngine engine, Consumer<String> prepares) {
        scenarios.stream()
                .filter(scenario -> !scenario.reference().isEmpty())
                .flatMap(scenario -> parts(scenario).stream())
                .map(part -> part.program().spec().image())
                .distinct()
                .forEach(image -> {
                    prepares.accept("making sure of the image of " + image.name() + " (built once)");
                    image.build(engine);
                });
    }

    private List<SystemMember> parts(Scenario scenario) {
        if (scenario.reference().isEmpty()) {
            throw new IllegalArgumentException(lackedBy(scenario));
        }
        return scenario.reference().stream().map(this::part).toList();
    }

    /** What to tell about a scenario without a reference system. */
    public static String lackedBy(Scenario scenario) {
        return "The scenario \"" + scenario.name()
                + "\" names no reference system. Give it yours: --compose FILE, or --container ROLE=NAME.";
    }

    private SystemMember part(RoleBinding binding) {
        return new SystemMember(
                binding.role(),
                programOf(binding),
                variant == Variant.NAIVE ? binding.naive() : "",
                binding.environment(),
                binding.proxied());
    }

    private Program programOf(RoleBinding binding) {
        return program.filter(wanted -> binding.programs().contains(wanted.toString()))
                .orElseGet(() -> Program.named(binding.programs().get(0)));
    }

    /** The program whose defect a scenario is about, as it is played here. */
    public String judged(Scenario scenario) {
        return scenario.reference().stream()
                .filter(binding -> !binding.naive().isEmpty())
                .findFirst()
                .map(binding -> programOf(binding).toString())
                .orElse("reference system");
    }
}
