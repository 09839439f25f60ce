package io.faultline.bench;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.fault.packet.Partition;
import io.faultline.topology.Target;
import io.faultline.world.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Measures how the time to divide containers into two groups, and to heal them, grows with their number. {@code dev/bench
 * scale} runs it.
 */
final class ScaleBench {

    private static final List<Integer> SIZES = List.of(2, 10, 25, 50);

    private ScaleBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        List<GenericContainer<?>> containers = Stream.generate(ScaleBench::container)
                .limit(SIZES.get(SIZES.size() - 1))
                .toList();
        try (DockerRun run = DockerRun.open();
                Faultline faultline = Faultline.in(run)) {
            containers.parallelStream().forEach(GenericContainer::start);
            List<String> lines = new ArrayList<>();
            for (int size : SIZES) {
                lines.add(measure(faultline, containers.subList(0, size), rounds));
            }
            report(lines, rounds, run.engine().describe(), Path.of(arguments[1]));
        } finally {
            containers.parallelStream().forEach(GenericContainer::stop);
        }
    }

    private static GenericContainer<?> container() {
        return new GenericContainer<>(DockerImageName.parse(Peer.image())).withCommand("sleep", "infinity");
    }

    private static String measure(Faultline faultline, List<GenericContainer<?>> containers, int rounds)
            throws Exception {
        List<Target> targets = containers.stream()
                .map(each -> Faultline.target(each.getContainerId().substring(0, 12), each))
                .toList();
        int half = targets.size() / 2;
        Partition halves = Partition.groups(List.of(targets.subList(0, half), targets.subList(half, targets.size())));
        Contender contender = new Contender(targets.size() + " containers", new OneInjection(faultline, halves));
        for (int round = -2; round < rounds; round++) {
            contender.measure(round >= 0, Duration.ZERO, Duration.ZERO);
            System.err.print("\r" + targets.size() + " containers, "
                    + (round < 0 ? "warming up" : "round " + (round + 1)) + "   ");
        }
        return contender.share(targets.size());
    }

    private static void report(List<String> lines, int rounds, String where, Path file) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                rounds + " rounds on " + where + "; two groups cut off from each other",
                String.format(
                        Locale.ROOT,
                        "%-16s %12s %14s %12s %14s",
                        "",
                        "inject p50",
                        "a container",
                        "heal p50",
                        "a container")));
        all.addAll(lines);
        System.err.println();
        all.forEach(System.out::println);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, all);
        System.out.println("written to " + file);
    }
}
