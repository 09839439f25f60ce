package io.faultline.bench;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.Injection;
import io.faultline.world.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Measures how much memory an agent has in use (VmRSS of proc(5)): idle, with one container cut off and with many, and
 * after they are healed. {@code dev/bench memory} runs it, on the Docker host.
 */
final class MemoryBench {

    private MemoryBench() {}

    public static void main(String[] arguments) throws Exception {
        int most = Integer.parseInt(arguments[0]);
        List<GenericContainer<?>> containers =
                Stream.generate(MemoryBench::container).limit(most).toList();
        List<String> lines = new ArrayList<>();
        try (DockerRun run = DockerRun.open();
                Faultline faultline = Faultline.in(run)) {
            containers.parallelStream().forEach(GenericContainer::start);
            run.agent();
            lines.add("on " + run.describe() + "; VmRSS of the agent");
            lines.add(line("idle", run));
            List<Injection> open = new ArrayList<>();
            for (GenericContainer<?> each : containers) {
                open.add(faultline.inject(Partition.of(Faultline.target(each.getContainerId(), each))));
                if (open.size() == 1) {
                    lines.add(line("1 container cut off", run));
                }
            }
            lines.add(line(most + " containers cut off", run));
            open.forEach(each -> each.allowNoEffect().heal()); // nobody was to use them
            lines.add(line("healed", run));
        } finally {
            containers.parallelStream().forEach(GenericContainer::stop);
        }
        lines.forEach(System.out::println);
        StartBench.write(lines, Path.of(arguments[1]));
    }

    private static GenericContainer<?> container() {
        return new GenericContainer<>(DockerImageName.parse(Peer.image())).withCommand("sleep", "infinity");
    }

    private static String line(String when, DockerRun run) throws IOException {
        var client = run.engine().client();
        String agent = client.listContainersCmd().withLabelFilter(Map.of(Labels.RUN, run.id())).exec().stream()
                .findFirst()
                .orElseThrow()
                .getId();
        Long pid = client.inspectContainerCmd(agent).exec().getState().getPidLong();
        String kilobytes = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow()
                .replaceAll("\\D", "");
        return String.format(Locale.ROOT, "%-24s %6.1f MB", when, Long.parseLong(kilobytes) / 1000.0);
    }
}
