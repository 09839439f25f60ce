package io.faultline.scenario.system;

import io.faultline.docker.engine.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.testcontainers.DockerClientFactory;

/**
 * The {@code docker compose} of this machine, run for some files, each merged into those before it, and one project. An override
 * file beside a single one that Compose would find by itself is merged into it, as it is where no file is named.
 */
record ComposeCommand(List<Path> files, String project) {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
    private static final Duration READS_WITHIN = Duration.ofSeconds(30);
    private static final List<String> FOUND_BY_COMPOSE =
            List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");
    private static final List<String> OVERRIDES = List.of(
            "compose.override.yml",
            "compose.override.yaml",
            "docker-compose.override.yml",
            "docker-compose.override.yaml");

    /**
     * What the files say, as Compose understands them: JSON. No engine is asked.
     *
     * @throws EngineException if it cannot be run, refuses the files, or takes longer than 30 s
     */
    String config() throws InterruptedException {
        return run(Map.of(), "", READS_WITHIN, "config", "--format", "json");
    }

    /**
     * Starts what the files say on Testcontainers' engine.
     *
     * @param override one more Compose file, merged with the others
     * @throws EngineException if it cannot be run, fails, or takes longer
     */
    void up(String override, Duration limit) throws InterruptedException {
        String engine = DockerClientFactory.instance()
                .getTransportConfig()
                .getDockerHost()
                .toString();
        run(Map.of("DOCKER_HOST", engine), override, limit, "up", "--detach", "--quiet-pull");
    }

    private String run(Map<String, String> environment, String override, Duration limit, String... arguments)
            throws InterruptedException {
        List<String> line = new ArrayList<>(List.of("docker", "compose"));
        files.forEach(file -> line.addAll(List.of("--file", file.toString())));
        overrideFile().ifPresent(found -> line.addAll(List.of("--file", found.toString())));
        if (!override.isEmpty()) {
            line.addAll(List.of("--file", "-"));
        }
        line.addAll(List.of("--project-name", project, "--ansi", "never"));
        line.addAll(List.of(arguments));
        Path folder = null;
        try {
            folder = Files.createTempDirectory("faultline-compose");
            return ended(line, environment, override, limit, folder);
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

    /** Files, for people. */
    static String described(List<Path> files) {
        return files.stream().map(Path::toString).collect(Collectors.joining(" and "));
    }

    private Optional<Path> overrideFile() {
        Path first = files.get(0);
        boolean wouldBeFound = files.size() == 1 && FOUND_BY_COMPOSE.contains(String.valueOf(first.getFileName()));
        return wouldBeFound
                ? OVERRIDES.stream()
                        .map(first::resolveSibling)
                        .filter(Files::isRegularFile)
                        .findFirst()
                : Optional.empty();
    }

    // Into files: somebody who waits for a pipe's end cannot be interrupted.
    private String ended(
            List<String> line, Map<String, String> environment, String override, Duration limit, Path folder)
            throws IOException, InterruptedException {
        Path in = Files.writeString(folder.resolve("in"), override);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
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
        return new EngineException("'docker compose' failed for " + described(files) + " (" + how + "): " + said
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
