package io.faultline.scenario.system;

import com.github.dockerjava.api.DockerClient;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.Labels;
import io.faultline.scenario.RunningSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A system that Docker Compose describes. One that runs already is joined and left running; else it is started under a
 * project name of ours, beside whatever else runs, and removed in the end.
 *
 * @param files the Compose files, each merged into those before it; none if a running project is joined by its name alone
 * @param project of the running project to join; empty to join the one that was made of the files, if there is one
 * @param services by role, where they are not called as the role is
 */
public record ComposeSystem(List<Path> files, Optional<String> project, Map<String, String> services)
        implements UserSystem {

    // Images may have to be built or pulled.
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(10);

    /** @throws IllegalArgumentException if neither a file nor a project is named, or the file cannot be read */
    public ComposeSystem {
        if (files.isEmpty() && project.isEmpty()) {
            throw new IllegalArgumentException(
                    "Name a Compose file (--compose FILE) or a running project (--project NAME).");
        }
        files.stream()
                .filter(path -> !Files.isRegularFile(path) || !Files.isReadable(path))
                .findFirst()
                .ifPresent(path -> {
                    throw new IllegalArgumentException(
                            "Cannot read the Compose file \"" + path + "\". Correct its path, or its permissions.");
                });
        files = List.copyOf(files);
        services = Map.copyOf(services);
    }

    @Override
    public void check(List<Role> roles) throws InterruptedException {
        Optional<RunningProject> running =
                RunningProject.find(this, DockerEngine.connect().client());
        if (running.isPresent()) {
            running.get().bound(roles, services);
        } else {
            bound(model("faultline").services(), roles);
        }
    }

    @Override
    public RunningSystem open(DockerRun run, List<Role> roles, Consumer<String> prepares) throws InterruptedException {
        DockerClient client = run.engine().client();
        Optional<RunningProject> running = RunningProject.find(this, client);
        if (running.isPresent()) {
            return BoundSystem.of(client, running.get().bound(roles, services), () -> {});
        }
        String name = "faultline-" + run.id() + "-" + HexFormat.of().formatHex(new SecureRandom().generateSeed(3));
        ComposeModel model = model(name);
        Map<String, String> bound = bound(model.services(), roles);
        prepares.accept("starting " + described() + " (docker compose up)");
        StartedProject started = new StartedProject(client, name);
        try {
            new ComposeCommand(paths(), name).up(model.labelling(name, Labels.of(run.id(), "system")), STARTS_WITHIN);
            return BoundSystem.of(client, ids(bound, started), started::remove);
        } catch (RuntimeException | InterruptedException e) {
            removeAfter(started, e);
            throw e;
        }
    }

    /**
     * What Compose files say, merged, included and filled in by {@code docker compose config}. No engine is asked.
     *
     * @return JSON; empty if this machine has no Compose, or it refuses the files
     */
    public static Optional<String> config(List<Path> files) throws InterruptedException {
        try {
            return Optional.of(new ComposeCommand(files, "faultline").config());
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    private static void removeAfter(StartedProject started, Exception failure) {
        try {
            started.remove();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private ComposeModel model(String name) throws InterruptedException {
        return ComposeModel.parsed(new ComposeCommand(paths(), name).config());
    }

    private Map<String, String> bound(List<String> there, List<Role> roles) {
        return new Binding(services, there, described()).of(roles);
    }

    private static Map<String, String> ids(Map<String, String> bound, StartedProject started)
            throws InterruptedException {
        Map<String, String> ids = new LinkedHashMap<>();
        for (Map.Entry<String, String> each : bound.entrySet()) {
            Candidate container = RunningProject.one(each.getValue(), started.containers());
            new HealthWait(started.client(), container, each.getValue()).await();
            ids.put(each.getKey(), container.id());
        }
        return ids;
    }

    /** The files as Compose notes them in its labels, which does not follow symbolic links. */
    List<Path> paths() {
        return files.stream().map(file -> file.toAbsolutePath().normalize()).toList();
    }

    /** The same, for people. */
    String described() {
        return ComposeCommand.described(paths());
    }

    /** Whether a container is one of a project that was made of these files. A shell may have followed symbolic links to them. */
    boolean isMade(Candidate container) {
        return files.stream()
                .allMatch(file ->
                        container.isMadeOf(file.toAbsolutePath().normalize().toString())
                                || container.isMadeOf(realPath(file).toString()));
    }

    private static Path realPath(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new EngineException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
