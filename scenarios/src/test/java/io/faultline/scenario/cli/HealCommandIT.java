package io.faultline.scenario.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.scenario.Variant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("every run that starts sweeps what dead runs have left")
class HealCommandIT {

    private static RunLeftovers leftovers;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        leftovers = RunLeftovers.afterBuilding(Variant.NAIVE);
    }

    @AfterAll
    static void close() {
        leftovers.close();
    }

    @Test
    void healsWhatAKilledRunHasLeft() {
        try (Command command = Command.start(
                folder, Map.of(), "run", "silent-partition", "--client", "naive", "--set", "notices-within=60s")) {
            command.awaitOutput("is in force");
            String run = command.runId();
            String system = "faultline-(client|dependency)-" + run + "-\\w+";
            assertThat(leftovers.hostRules(run)).isNotEmpty();
            Command whileItLives = Command.run(folder, "heal", "--dry-run");
            assertThat(whileItLives.out()).doesNotContain(run);

            command.signal("KILL");
            assertThat(command.exitCode()).isEqualTo(137);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(leftovers.containers(run))
                            .hasSize(2)
                            .allMatch(name -> name.matches("/" + system)));

            Command dryRun = Command.run(folder, "heal", "--dry-run");
            assertThat(dryRun.out()).containsPattern("found  run " + run + "  container: " + system);
            assertThat(leftovers.containers(run)).hasSize(2);

            Command heal = Command.run(folder, "heal");
            assertThat(heal.exitCode()).as(heal.err()).isZero();
            assertThat(heal.out()).containsPattern("removed  run " + run + "  container: " + system);
            assertThat(leftovers.containers(run)).isEmpty();
            assertThat(leftovers.hostRules(run)).isEmpty();
            assertThat(Command.run(folder, "heal").out()).doesNotContain(run);
        }
    }
}
