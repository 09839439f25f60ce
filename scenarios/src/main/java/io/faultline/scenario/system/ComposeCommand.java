package io.faultline.scenario.system;

import io.faultline.docker.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;

/**
 * The {@code docker compose} of this machine, run for one file and one project. An override file beside one that Compose would find
 * by itself is merged into it, as it is where no file is named.
 */
record ComposeCommand(Path file, String project) {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
    private static final List<String> FOUND_BY_COMPOSE =
            List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");
    private static final List<String> OVERRIDES = List.of(
            "compose.override.yml",
            "compose.override.yaml",
            "docker-compose.override.yml",
            "docker-compose.override.yaml");

    /**
     * Runs it to its end.
     *
     * @param override a second Compose file, merged with the first; empty for none
     * @return what it has written to stdout
     * @throws EngineException if it cannot be run, fails, or takes longer
     */
    String run(String override, Duration limit, String... arguments) throws InterruptedException {
        List<String> line = new ArrayList<>(List.of("docker", "compose", "--file", file.toString()));
        overrideFile().ifPresent(found -> line.addAll(List.of("--file", found.toString())));
        if (!override.isEmpty()) {
            line.addAll(List.of("--file", "-"));
        }
        line.addAll(List.of("--project-name", project, "--ansi", "never"));
        line.addAll(List.of(arguments));
        Path folder = null;
        try {
            folder = Files.createTempDirectory("faultline-compose");
            return ended(line, override, limit, folder);
        } catch (IOException e) {
            throw new EngineException(
                    "Cannot run 'docker compose': " + e.getMessage()
                            + ". Install Docker's command and its compose plugin, or start the system yourself and name its "
                            + "containers with --container.",
                    e);
        } finally {
            if (folder != null) {
                delete(folder);
            }
        }
    }

    private Optional<Path> overrideFile() {
        return FOUND_BY_COMPOSE.contains(String.valueOf(file.getFileName()))
                ? OVERRIDES.stream()
                        .map(file::resolveSibling)
                        .filter(Files::isRegularFile)
                        .findFirst()
                : Optional.empty();
    }

    // Into files: somebody who waits for a pipe's end cannot be interrupted.
    private String ended(List<String> line, String override, Duration limit, Path folder)
            throws IOException, InterruptedException {
        Path in = Files.writeString(folder.resolve("in"), override);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .put(
                        "DOCKER_HOST",
                        DockerClientFactory.instance()
                                .getTransportConfig()
                                .getDockerHost()
                                .toString());
        Process process = builder.start();
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw failed("it did not end within " + limit.toSeconds() + " s", err);
            }
        } finally {
            end(process);
        }
        if (process.exitValue() != 0) {
            throw failed("exit code " + process.exitValue(), err);
        }
        return Files.readString(out);
    }

    private EngineException failed(String how, Path err) throws IOException {
        String said = Files.readString(err, StandardCharsets.UTF_8).strip();
        boolean lacksPlugin = said.contains("unknown command")
                || said.contains("is not a docker command")
                || said.contains("unknown shorthand flag")
                || said.contains("unknown flag: --file");
        return new EngineException("'docker compose' failed for " + file + " (" + how + "): " + said
                + (lacksPlugin
                        ? ". Install its plugin, version 2 (package docker-compose-plugin or docker-compose-v2)."
                        : ""));
    }

    /** Gives it time to stop what it is about, and then none. */
    private static void end(Process process) {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // What cannot be deleted is in the temporary files' folder, which is cleared in time.
    private static void delete(Path folder) {
        List.of("in", "out", "err", "")
                .forEach(name -> folder.resolve(name).toFile().delete());
    }
}
