package io.faultline.scenario.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.docker.DockerEngine;
import io.faultline.docker.Labels;
import io.faultline.scenario.Variant;
import io.faultline.scenario.reference.ReferenceSource;
import io.faultline.scenario.yaml.Catalog;
import io.faultline.world.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("every run that starts sweeps what dead runs have left")
class HealCommandIT {

    private static Rules host;
    private static DockerEngine engine;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        host = Rules.ofHost();
        engine = DockerEngine.connect();
        // The command is given a time in which no image can be built.
        new ReferenceSource(Variant.NAIVE, Optional.empty()).prepare(Catalog.all(Map.of()), engine, what -> {});
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @Test
    void healsWhatAKilledRunHasLeft() {
        try (Command command = Command.start(
                folder, Map.of(), "run", "silent-partition", "--client", "naive", "--set", "notices-within=60s")) {
            command.awaitOutput("is in force");
            String run = command.runId();
            String system = "faultline-(client|dependency)-" + run + "-\\w+";
            assertThat(hostRules(run)).isNotEmpty();
            Command whileItLives = Command.run(folder, "heal", "--dry-run");
            assertThat(whileItLives.out()).doesNotContain(run);

            command.signal("KILL");
            assertThat(command.exitCode()).isEqualTo(137);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(containers(run)).hasSize(2).allMatch(name -> name.matches("/" + system)));

            Command dryRun = Command.run(folder, "heal", "--dry-run");
            assertThat(dryRun.out()).containsPattern("found  run " + run + "  container: " + system);
            assertThat(containers(run)).hasSize(2);

            Command heal = Command.run(folder, "heal");
            assertThat(heal.exitCode()).as(heal.err()).isZero();
            assertThat(heal.out()).containsPattern("removed  run " + run + "  container: " + system);
            assertThat(containers(run)).isEmpty();
            assertThat(hostRules(run)).isEmpty();
            assertThat(Command.run(folder, "heal").out()).doesNotContain(run);
        }
    }

    private static List<String> hostRules(String run) {
        return host.all().stream().filter(line -> line.contains(run)).toList();
    }

    private static List<String> containers(String run) {
        return engine
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.RUN, run))
                .exec()
                .stream()
                .flatMap(container -> Arrays.stream(container.getNames()))
                .toList();
    }
}
