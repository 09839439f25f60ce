package io.faultline.crash;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Docker engine of one's own beside the machine's, to be killed and restarted: with its own data, its own containerd
 * namespaces, and network and mount namespaces of its own, for an engine takes it that docker0 is its own. Needs root and
 * {@code dockerd}. Its containers outlive it.
 */
final class OwnEngine {

    private final Path folder;
    private final Process namespaces;
    private Process daemon;

    /** Starts it, with the given images copied from the machine's engine. */
    OwnEngine(String... images) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("faultline-engine-");
        namespaces = new ProcessBuilder("unshare", "--net", "--mount", "sleep", "infinity").start();
        await().pollInSameThread().dontCatchUncaughtExceptions().until(this::hasNamespaces);
        run(inside("ip", "link", "set", "lo", "up"), Map.of());
        daemon = start();
        for (String image : images) {
            run(List.of("sh", "-c", "docker save " + image + " | DOCKER_HOST=" + host() + " docker load"), Map.of());
        }
    }

    String host() {
        return "unix://" + folder.resolve("docker.sock");
    }

    private boolean hasNamespaces() throws IOException {
        Path own = Path.of("/proc", Long.toString(namespaces.pid()), "ns", "mnt");
        return !Files.readSymbolicLink(own).equals(Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")));
    }

    /** The command line that runs a command where the engine and its docker-proxies live. */
    List<String> inside(String... command) {
        List<String> words =
                new ArrayList<>(List.of("nsenter", "-t", Long.toString(namespaces.pid()), "--net", "--mount", "--"));
        words.addAll(List.of(command));
        return words;
    }

    private Process start() throws IOException {
        Process started = new ProcessBuilder(inside(
                        "dockerd",
                        "--live-restore",
                        "--host=" + host(),
                        "--data-root=" + folder.resolve("data"),
                        "--exec-root=" + folder.resolve("exec"),
                        "--pidfile=" + folder.resolve("pid"),
                        "--containerd-namespace=faultline-test",
                        "--containerd-plugins-namespace=faultline-test-plugins",
                        "--bip=172.31.255.1/24"))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        await().pollInSameThread()
                .dontCatchUncaughtExceptions()
                .atMost(ofSeconds(60))
                .until(() -> succeeds("docker", "version"));
        return started;
    }

    /**
     * SIGKILL; its containers go on. Its containerd dies with it, but a moment later: an engine that is started before that takes
     * it for its own, waits for it for a minute, and gives up.
     */
    void kill() throws IOException, InterruptedException {
        Path file = folder.resolve("exec/containerd/containerd.pid");
        long containerd = Long.parseLong(Files.readString(file).strip());
        daemon.destroyForcibly().waitFor();
        await().pollInSameThread()
                .dontCatchUncaughtExceptions()
                .atMost(ofSeconds(20))
                .until(() -> ProcessHandle.of(containerd)
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
    }

    /** SIGTERM, and then a new one that takes over the containers. */
    void restart() throws IOException, InterruptedException {
        daemon.destroy();
        assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
        daemon = start();
    }

    void startAgain() throws IOException {
        daemon = start();
    }

    /** Runs a docker command against it and returns what it printed. */
    String docker(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        return run(command, Map.of("DOCKER_HOST", host()));
    }

    private boolean succeeds(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DOCKER_HOST", host());
        return builder.redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    static String run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + output).isZero();
        return output.strip();
    }

    /** Removes its containers, stops it, and deletes what it kept, whatever fails on the way. */
    void remove() throws IOException, InterruptedException {
        try {
            if (!daemon.isAlive()) {
                startAgain();
            }
            // An agent that is leaving is being removed already, which docker rm takes for an error.
            await().pollInSameThread()
                    .dontCatchUncaughtExceptions()
                    .atMost(ofSeconds(60))
                    .until(this::hasNoContainers);
        } finally {
            daemon.destroy();
            daemon.waitFor(60, TimeUnit.SECONDS);
            namespaces.destroyForcibly().waitFor(); // and with them what live-restore has mounted
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean hasNoContainers() throws IOException, InterruptedException {
        for (String id : docker("ps", "-aq").lines().toList()) {
            succeeds("docker", "rm", "-f", id);
        }
        return docker("ps", "-aq").isEmpty();
    }
}
