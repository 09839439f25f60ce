package io.faultline.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import io.faultline.journal.Event.Kind;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.Variant;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step;
import io.faultline.scenario.reference.Program;
import io.faultline.scenario.reference.ReferenceSource;
import io.faultline.scenario.yaml.Catalog;
import io.faultline.verify.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each scenario of the catalog on each reference program that it names: it HOLDS for the one that does all as it should,
 * and is BROKEN by the one defect that it is about.
 */
@Execution(ExecutionMode.CONCURRENT)
class CatalogDockerIT {

    private static DockerRun run;

    @BeforeAll
    static void open() {
        run = DockerRun.open();
        run.agent();
        new ReferenceSource(Variant.RESILIENT, Optional.empty())
                .prepare(Catalog.all(Map.of()), run.engine(), what -> {});
    }

    @AfterAll
    static void close() {
        run.close();
        assertThat(left()).as("what is left of the reference systems").isEmpty();
    }

    static Stream<Arguments> scenariosAndPrograms() {
        return Catalog.names().stream()
                .flatMap(name -> programs(name).stream().map(program -> Arguments.of(name, program)));
    }

    private static List<String> programs(String name) {
        return Catalog.scenario(name, Map.of()).orElseThrow().reference().stream()
                .filter(binding -> !binding.naive().isEmpty())
                .findFirst()
                .orElseThrow()
                .programs();
    }

    @ParameterizedTest
    @MethodSource("scenariosAndPrograms")
    void holdsWithAClientThatCopes(String name, String program) {
        Result result = play(name, program, Variant.RESILIENT);

        assertThat(result.verdict().outcome()).as(result.verdict().toString()).isEqualTo(Outcome.HELD);
        Scenario scenario = Catalog.scenario(name, Map.of()).orElseThrow();
        if (hasA(scenario, Step.Inject.class)) {
            assertThat(result.journal().events()).anyMatch(event -> event.kind() == Kind.EVIDENCE);
        }
        if (hasA(scenario, Step.Terminate.class)) {
            assertThat(result.timeToEnd()).isPresent();
        }
    }

    @ParameterizedTest
    @MethodSource("scenariosAndPrograms")
    void isBrokenByTheOneDefectThatItIsAbout(String name, String program) {
        Result result = play(name, program, Variant.NAIVE);

        assertThat(result.verdict().outcome()).as(result.verdict().toString()).isEqualTo(Outcome.BROKEN);
        assertThat(result.verdict().advice())
                .contains(Catalog.scenario(name, Map.of()).orElseThrow().about().fix());
    }

    private static boolean hasA(Scenario scenario, Class<? extends Step> kind) {
        return scenario.steps().stream().flatMap(Step::all).anyMatch(kind::isInstance);
    }

    private static Result play(String name, String program, Variant variant) {
        Scenario scenario = Catalog.scenario(name, Map.of()).orElseThrow();
        ReferenceSource source = new ReferenceSource(variant, Optional.of(Program.named(program)));
        return new ScenarioRunner(run)
                .play(scenario, source, new Settings(Optional.of(variant), program, 1), new Silence());
    }

    private static List<String> left() {
        return run
                .engine()
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.RUN, run.id(), Labels.ROLE, "reference"))
                .exec()
                .stream()
                .flatMap(container -> Arrays.stream(container.getNames()))
                .toList();
    }
}
