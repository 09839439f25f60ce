package io.faultline.scenario.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningProjectTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(folder.resolve("compose.yaml"), "services: {}");
    }

    private Candidate container(String project, String service, String state) {
        return new Candidate(
                project + service,
                project + "-" + service + "-1",
                state,
                Map.of(
                        Candidate.PROJECT,
                        project,
                        Candidate.SERVICE,
                        service,
                        Candidate.CONFIG_FILES,
                        file + "," + folder.resolve("compose.override.yaml")));
    }

    private Optional<RunningProject> find(Optional<String> project, Candidate... all) {
        return RunningProject.find(new ComposeSystem(List.of(file), project, Map.of()), List.of(all));
    }

    @Test
    void isFoundByAllOfItsFilesOnly() throws IOException {
        Path override = Files.writeString(folder.resolve("compose.override.yaml"), "");
        Path other = Files.writeString(folder.resolve("other.yaml"), "");

        assertThat(made(List.of(file, override))).isPresent();
        assertThat(made(List.of(file, other))).isEmpty();
    }

    private Optional<RunningProject> made(List<Path> files) {
        return RunningProject.find(
                new ComposeSystem(files, Optional.empty(), Map.of()), List.of(container("shop", "web", "running")));
    }

    @Test
    void isFoundByItsFile() {
        assertThat(find(Optional.empty(), container("shop", "web", "running")))
                .map(RunningProject::name)
                .contains("shop");
    }

    @Test
    void isNotFoundWhereNothingOfItRuns() {
        assertThat(find(Optional.empty(), container("shop", "web", "exited"))).isEmpty();
        assertThat(find(Optional.empty())).isEmpty();
    }

    @Test
    void hasToBeChosenWhereSeveralWereMadeOfTheFile() {
        Candidate one = container("shop", "web", "running");
        Candidate other = container("copy", "web", "running");

        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> find(Optional.empty(), one, other))
                .withMessageContaining("copy, shop. Choose one: --project NAME");
        assertThat(find(Optional.of("copy"), one, other))
                .map(RunningProject::name)
                .contains("copy");
    }

    @Test
    void hasToRunIfItIsNamed() {
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> find(Optional.of("shpo"), container("shop", "web", "running")))
                .withMessageContaining("No project \"shpo\" runs (running: shop)");
    }

    @Test
    void bindsRunningServicesOnly() {
        RunningProject shop = find(
                        Optional.empty(), container("shop", "web", "running"), container("shop", "redis", "exited"))
                .orElseThrow();

        assertThat(shop.bound(List.of(new Role("web", "it")), Map.of())).containsEntry("web", "shopweb");
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> shop.bound(List.of(new Role("redis", "it")), Map.of()))
                .withMessageContaining("Services of the running project \"shop\": web.");
    }

    @Test
    void refusesAServiceOfSeveralContainers() {
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> RunningProject.one(
                        "web", List.of(container("a", "web", "running"), container("b", "web", "running"))))
                .withMessageContaining("has 2 containers (a-web-1 (service web, running), b-web-1");
    }
}
