package io.faultline.scenario.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.scenario.model.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ContractScenarioTest {

    @TestFactory
    Stream<DynamicTest> isRightAndNeedsNothingButADependency() {
        return ContractScenario.NAMES.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Scenario scenario = ContractScenario.read(name, Map.of());

                    assertThat(scenario.name()).isEqualTo(name);
                    assertThat(scenario.roles()).containsOnlyKeys("dependency");
                    assertThat(scenario.probes().values())
                            .allMatch(probe -> probe.role().equals("client"));
                }));
    }

    @Test
    void everyFileOfTheFolderIsPlayed() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/faultline/scenario/contract"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".scenario.yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(ContractScenario.NAMES);
        }
    }

    @Test
    void takesSettings() {
        Scenario scenario = ContractScenario.read("paused-dependency", Map.of("fails-within", "7s"));

        assertThat(scenario.parameters())
                .anySatisfy(parameter -> assertThat(parameter.value()).isEqualTo("7s"));
    }
}
