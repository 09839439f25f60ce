package io.faultline.scenario.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.Labels;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.UnboundRoleException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compose projects and containers that somebody else has started, as systems to play on. */
class UserSystemDockerIT {

    private static final List<Role> ROLES = List.of(new Role("client", "who works"), new Role("store", "who keeps"));
    private static final String SERVICES = """
            services:
              web:
                image: debian:bookworm-slim
                command: [bash, -c, "trap 'exit 0' TERM; echo ready; while true; do sleep 0.2; done"]
                container_name: %s
                volumes: ["data:/data"]
              store:
                image: debian:bookworm-slim
                command: [perl, -MIO::Socket::INET, -e, "$$s = IO::Socket::INET->new(LocalPort => 7000, Listen => 5); 1 while $$s->accept"]
                ports: ["7000"]
            volumes:
              data:
            """;

    @TempDir
    private Path folder;

    private final DockerRun run = DockerRun.open();
    private final String name = "it-" + run.id();
    private final List<RunningSystem> opened = new ArrayList<>();
    private Path file = Path.of("/");

    @BeforeEach
    void begin() throws IOException {
        Compose.require();
        file = Files.writeString(folder.resolve("compose.yaml"), SERVICES.formatted(name));
        run.agent();
    }

    @AfterEach
    void end() {
        opened.forEach(RunningSystem::close);
        Compose.down(file, name);
        run.close();
    }

    private ComposeSystem chosen(Optional<String> project) {
        return new ComposeSystem(List.of(file), project, Map.of("client", "web"));
    }

    private RunningSystem open(UserSystem system) throws InterruptedException {
        RunningSystem running = system.open(run, ROLES, what -> {});
        opened.add(running);
        return running;
    }

    /** Containers, networks and volumes that carry this run's label, but its agent. */
    private List<String> left() {
        DockerClient client = run.engine().client();
        String label = Labels.RUN + "=" + run.id();
        List<String> left = new ArrayList<>();
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(label)).exec().stream()
                .filter(container -> !"agent".equals(container.getLabels().get(Labels.ROLE)))
                .forEach(container -> left.add(container.getNames()[0]));
        client.listNetworksCmd()
                .withFilter("label", List.of(label))
                .exec()
                .forEach(network -> left.add(network.getName()));
        Objects.requireNonNullElse(
                        client.listVolumesCmd()
                                .withFilter("label", List.of(label))
                                .exec()
                                .getVolumes(),
                        List.<InspectVolumeResponse>of())
                .forEach(volume -> left.add(volume.getName()));
        return left;
    }

    private static void reach(RunningSystem system) throws IOException, InterruptedException {
        InetSocketAddress store = system.address("store", 7000);
        try (Socket socket = new Socket()) {
            socket.connect(store, 5000);
        }
        assertThat(system.container("client").execInContainer("echo", "hello").getStdout())
                .isEqualTo("hello\n");
    }

    @Test
    void startsAProjectOfItsOwnAndRemovesAllOfIt() throws Exception {
        ComposeSystem compose = chosen(Optional.empty());
        compose.check(ROLES);
        assertThat(left()).isEmpty();

        RunningSystem system = open(compose);
        try (system) {
            assertThat(system.roles()).containsExactly("client", "store");
            assertThat(system.target("client").label()).isEqualTo("client");
            assertThatExceptionOfType(UnboundRoleException.class).isThrownBy(() -> system.container("web"));
            reach(system);
            assertThat(left()).hasSize(4).anyMatch(each -> each.equals("/" + name));
        }

        assertThat(left()).isEmpty();
    }

    @Test
    void namesAnExposedRangeOfPortsThatTheClientLibraryCannotRead() throws Exception {
        Files.writeString(file, Files.readString(file).replace("ports: [\"7000\"]", "expose: [\"3000-3005\"]"));

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> open(chosen(Optional.empty())))
                .withMessageContaining("exposes \"3000-3005\"")
                .withMessageContaining("write the ports of \"expose\" in the Compose file one by one");
        assertThat(left()).isEmpty();
    }

    /** Moves the second service into a Compose file of its own beside the first. */
    private Path moveStoreTo(String other) throws IOException {
        String services = Files.readString(file);
        int store = services.indexOf("  store:");
        int volumes = services.indexOf("volumes:\n  data:");
        Files.writeString(file, services.substring(0, store) + services.substring(volumes));
        return Files.writeString(folder.resolve(other), "services:\n" + services.substring(store, volumes));
    }

    @Test
    void mergesTheOverrideFileBesideItAsComposeDoes() throws Exception {
        moveStoreTo("compose.override.yaml");

        ComposeSystem compose = chosen(Optional.empty());
        compose.check(ROLES);
        try (RunningSystem system = open(compose)) {
            reach(system);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void playsWhatSeveralFilesSayTogetherAndJoinsWhatWasMadeOfThem() throws Exception {
        Path second = moveStoreTo("store.yaml");
        ComposeSystem both = new ComposeSystem(List.of(file, second), Optional.empty(), Map.of("client", "web"));

        try (RunningSystem system = open(both)) {
            reach(system);
        }
        assertThat(left()).isEmpty();
        assertThat(ComposeSystem.config(List.of(file, second)))
                .hasValueSatisfying(json -> assertThat(json).contains("\"store\"", "\"web\""));

        Compose.up(List.of(file, second), name);
        try (RunningSystem system = open(both)) {
            assertThat(system.container("client").getContainerInfo().getName()).isEqualTo("/" + name);
        }
        assertThat(left()).as("it was joined").isEmpty();
    }

    @Test
    void removesTheImagesThatWereBuiltForItAndKeepsThoseWithANameOfTheirOwn() throws Exception {
        String kept = name + "-kept";
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian:bookworm-slim\nENV MADE_FOR=" + name + "\n");
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst("image: \\S+", "build: .")
                        .replaceFirst("image: \\S+", "image: " + kept + "\n    build: ."));

        RunningSystem system = open(chosen(Optional.empty()));
        try (system) {
            assertThat(images()).hasSize(2).contains(kept + ":latest");
        }

        assertThat(images()).containsExactly(kept + ":latest");
        run.engine().client().removeImageCmd(kept).exec();
    }

    /** The tags of images that are called after this run. */
    private List<String> images() {
        return run.engine().client().listImagesCmd().exec().stream()
                .flatMap(image -> Stream.ofNullable(image.getRepoTags()).flatMap(Stream::of))
                .filter(tag -> tag.contains(run.id()))
                .toList();
    }

    @Test
    void removesItAllThoughItsThreadIsInterrupted() throws Exception {
        RunningSystem system = open(chosen(Optional.empty()));

        Thread.currentThread().interrupt();
        system.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(left()).isEmpty();
    }

    @Test
    void joinsWhatRunsAndLeavesItRunning() throws Exception {
        Compose.up(file, name);

        for (ComposeSystem compose : List.of(
                chosen(Optional.empty()),
                chosen(Optional.of(name)),
                new ComposeSystem(List.of(), Optional.of(name), Map.of("client", "web")))) {
            compose.check(ROLES);
            try (RunningSystem system = open(compose)) {
                reach(system);
                assertThat(system.container("client").getContainerInfo().getName())
                        .isEqualTo("/" + name);
            }
        }
        Containers byName =
                new Containers(Map.of("client", name, "store", "label=" + Candidate.CONFIG_FILES + "=" + file));
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> byName.check(ROLES))
                .withMessageContaining(
                        "matched 2 running containers: " + name + " (service web, running), " + name + "-store-1");
        try (RunningSystem system = open(new Containers(Map.of("client", name, "store", name + "-store-1")))) {
            reach(system);
        }

        assertThat(run.engine()
                        .client()
                        .inspectContainerCmd(name)
                        .exec()
                        .getState()
                        .getRunning())
                .isTrue();
    }

    @Test
    void leavesNothingOfAStartThatFails() throws Exception {
        // Not healthy before it ends, or its end could come after it was seen to run.
        Files.writeString(
                file,
                SERVICES.formatted(name)
                        .replace("trap 'exit 0' TERM; echo ready;", "exit 3;")
                        .replace("  store:", "    healthcheck: {test: [CMD, \"false\"], interval: 60s}\n  store:"));

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> open(chosen(Optional.empty())))
                .withMessageContaining("\"web\"")
                .withMessageContaining("ended with exit code 3");
        assertThat(left()).isEmpty();
    }

    @Test
    void tellsWhatComposeSaysOfAFileThatItRefuses() throws Exception {
        Files.writeString(file, "services: {web: {imagee: x}}");

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> chosen(Optional.empty()).check(ROLES))
                .withMessageContaining("imagee");
        assertThat(left()).isEmpty();
    }

    @Test
    void asksForRolesBeforeItStartsAnything() {
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> open(new ComposeSystem(List.of(file), Optional.empty(), Map.of())))
                .withMessageContaining("--role client=SERVICE")
                .withMessageContaining(": store, web.");
        assertThat(left()).isEmpty();
    }
}
