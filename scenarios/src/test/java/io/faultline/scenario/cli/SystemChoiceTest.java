package io.faultline.scenario.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.faultline.scenario.system.ComposeSystem;
import io.faultline.scenario.system.Containers;
import io.faultline.scenario.system.UserSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class SystemChoiceTest {

    @Command
    private static final class Chooser {
        @Mixin
        private SystemChoice choice = new SystemChoice();
    }

    private static Optional<UserSystem> chosen(String... args) {
        Chooser chooser = new Chooser();
        new CommandLine(chooser).parseArgs(args);
        return chooser.choice.chosen();
    }

    private static void refuses(String why, String... args) {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> chosen(args))
                .withMessageContaining(why);
    }

    @Test
    void choosesNothingByDefault() {
        assertThat(chosen()).isEmpty();
    }

    @Test
    void choosesAComposeFile(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("compose.yaml"));

        assertThat(chosen("--compose", file.toString(), "--role", "client=web", "--role", "dependency=redis"))
                .contains(new ComposeSystem(
                        List.of(file), Optional.empty(), Map.of("client", "web", "dependency", "redis")));
    }

    @Test
    void choosesSeveralComposeFilesInTheirOrder(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("compose.yaml"));
        Path test = Files.createFile(folder.resolve("a.yaml"));

        assertThat(chosen("--compose", file.toString(), "--compose", test.toString()))
                .contains(new ComposeSystem(List.of(file, test), Optional.empty(), Map.of()));
    }

    @Test
    void choosesARunningProject() {
        assertThat(chosen("--project", "shop")).contains(new ComposeSystem(List.of(), Optional.of("shop"), Map.of()));
    }

    @Test
    void choosesContainers() {
        assertThat(chosen("--container", "client=web", "--container", "dependency=label=app=redis"))
                .contains(new Containers(Map.of("client", "web", "dependency", "label=app=redis")));
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        refuses("--container does not go together", "--project", "shop", "--container", "client=web");
        refuses("Add --compose FILE", "--role", "client=web");
        refuses("Cannot read the Compose file \"no.yaml\"", "--compose", "no.yaml");
        refuses("label=KEY=VALUE", "--container", "client=label=app");
    }
}
