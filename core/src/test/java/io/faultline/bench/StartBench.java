package io.faultline.bench;

import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.AgentImage;
import io.faultline.docker.engine.DockerEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures how long it takes until an agent answers, without its image and with it, beside {@code docker run} of that image,
 * whose program ends at once. {@code dev/bench start} runs it.
 */
final class StartBench {

    private StartBench() {}

    private interface Start {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        DockerEngine engine = DockerEngine.connect();
        String image = AgentImage.PLAIN.provide(engine);
        List<Long> first = new ArrayList<>();
        List<Long> warm = new ArrayList<>();
        List<Long> docker = new ArrayList<>();
        for (int round = -1; round < rounds; round++) {
            engine.client().removeImageCmd(image).withForce(true).exec();
            keep(first, round, StartBench::agent);
            keep(warm, round, StartBench::agent);
            keep(docker, round, () -> dockerRun(image));
            System.err.print(round < 0 ? "\rwarming up" : "\rround " + (round + 1) + " of " + rounds + "  ");
        }
        List<String> lines = List.of(
                rounds + " rounds on " + engine.describe() + "; milliseconds, and ratios of medians to docker run's",
                String.format(Locale.ROOT, "%-34s %8s %8s %7s", "", "p50", "p95", "ratio"),
                row("agent answers, image absent", first, docker),
                row("agent answers, image present", warm, docker),
                row("docker run of the same image", docker, docker));
        System.err.println();
        lines.forEach(System.out::println);
        write(lines, Path.of(arguments[1]));
    }

    private static void agent() {
        try (DockerRun run = DockerRun.open()) {
            run.agent();
        }
    }

    /** The agent itself, which greets and ends at once: nobody is at the other end of its stdin. */
    private static void dockerRun(String image) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("docker", "run", "--rm", "--network", "none", image, "00000000")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0 || !said.contains("lease_ms")) {
            throw new IllegalStateException("docker run did not run the program: " + said);
        }
    }

    private static void keep(List<Long> nanos, int round, Start start) throws Exception {
        long began = System.nanoTime();
        start.run();
        if (round >= 0) {
            nanos.add(System.nanoTime() - began);
        }
    }

    private static String row(String name, List<Long> nanos, List<Long> baseline) {
        return String.format(
                Locale.ROOT,
                "%-34s %8.0f %8.0f %7.2f",
                name,
                Contender.millis(nanos, 50),
                Contender.millis(nanos, 95),
                Contender.millis(nanos, 50) / Contender.millis(baseline, 50));
    }

    static void write(List<String> lines, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, lines);
        System.out.println("written to " + file);
    }
}
