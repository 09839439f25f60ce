package io.faultline.bench;

import io.faultline.Faultline;
import io.faultline.bench.PeersResult.Group;
import io.faultline.docker.DockerRun;
import io.faultline.fault.Fault;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Pause;
import io.faultline.fault.stream.ResetStream;
import io.faultline.fault.stream.SlowStream;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import io.faultline.world.Peer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures how long it takes from the call until a fault is in force, and until it is gone: by Faultline, and by what else is
 * used for the same effect. All of it on one container, in turn, in one run. {@code dev/bench peers} runs it; it needs root
 * for the way by hand that is the fastest.
 */
final class PeersBench {

    private static final Duration REST =
            Duration.ofMillis(300); // long enough for pumba to tidy up, and for its watch to begin
    private static final int LATENCY_MILLIS = 200;

    private final Map<String, List<Contender>> groups = new LinkedHashMap<>();

    private PeersBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        PeersBench bench = new PeersBench();
        String engine = bench.measure(rounds);
        PeersResult result = new PeersResult(
                LocalDate.now().toString(),
                cpus() + ", " + engine,
                System.getProperty("bench.load"),
                rounds,
                bench.groups.entrySet().stream().map(Group::of).toList(),
                Optional.ofNullable(System.getProperty("bench.pumba.missing"))
                        .map(why -> "pumba is not measured: " + why)
                        .orElse(""));
        bench.print(result);
        result.write(Path.of(arguments[1]));
        PeersPicture.main(arguments[1], arguments[2]);
    }

    @SuppressWarnings("try") // one client stays connected through each proxy, idle
    private String measure(int rounds) throws Exception {
        try (Peer peer = new Peer();
                DockerRun run = DockerRun.open();
                Faultline faultline = Faultline.in(run)) {
            peer.start();
            StreamRoute route = faultline.through(peer.target());
            try (Socket client = Peer.connect(route.host(), route.port());
                    BareToxiproxy toxiproxy = new BareToxiproxy(peer)) {
                int pid = run.topology(List.of(peer.target()))
                        .resolved(peer.target())
                        .pid();
                cutOff(faultline, peer, pid);
                throughProxies(faultline, peer.target(), toxiproxy);
                stop(faultline, peer);
                measureInTurn(rounds);
                return run.describe();
            }
        }
    }

    private void cutOff(Faultline faultline, Peer peer, int pid) throws IOException {
        List<Contender> ways = group("Cut a container off");
        ways.add(ours(faultline, Partition.of(peer.target()).containerLegOnly()));
        ways.add(new Contender("nsenter iptables-restore, as root", new ByHand.Nsenter(pid)));
        ways.add(new Contender("a sidecar container an operation", new ByHand.Sidecar(peer)));
        if (pumba().isPresent()) {
            ways.add(new Contender("pumba iptables loss", Pumba.iptables(pumba().get(), peer, pid)));
        }
    }

    private void throughProxies(Faultline faultline, Target target, BareToxiproxy toxiproxy) {
        List<Contender> delays = group("Delay streams, by Toxiproxy");
        delays.add(ours(faultline, SlowStream.of(target).latency(Duration.ofMillis(LATENCY_MILLIS))));
        delays.add(new Contender("toxiproxy-java latency", toxiproxy.latency(LATENCY_MILLIS)));
        List<Contender> resets = group("Reset streams, by Toxiproxy");
        resets.add(ours(faultline, ResetStream.of(target)));
        resets.add(new Contender("toxiproxy-java reset_peer", toxiproxy.reset()));
    }

    private void stop(Faultline faultline, Peer peer) throws IOException {
        List<Contender> ways = group("Pause a container");
        ways.add(ours(faultline, Pause.of(peer.target())));
        ways.add(ours(faultline, Freeze.of(peer.target())));
        ways.add(new Contender("docker pause", new ByHand.DockerPause(peer.getContainerId())));
        if (pumba().isPresent()) {
            ways.add(new Contender("pumba pause", Pumba.pause(pumba().get(), peer)));
        }
    }

    private List<Contender> group(String title) {
        return groups.computeIfAbsent(title, key -> new ArrayList<>());
    }

    private static Contender ours(Faultline faultline, Fault fault) {
        return new Contender(PeersResult.OURS + fault.getClass().getSimpleName(), new OneInjection(faultline, fault));
    }

    private static Optional<Path> pumba() {
        return Optional.ofNullable(System.getProperty("bench.pumba")).map(Path::of);
    }

    private void measureInTurn(int rounds) throws Exception {
        for (int round = -rounds / 10; round < rounds; round++) {
            for (List<Contender> ways : groups.values()) {
                for (Contender way : ways) {
                    way.measure(round >= 0, REST, REST);
                }
            }
            System.err.print(round < 0 ? "\rwarming up" : "\rround " + (round + 1) + " of " + rounds + "  ");
        }
        System.err.println();
    }

    private void print(PeersResult result) {
        System.out.println(result.rounds() + " rounds on " + result.machine() + ", load " + result.load()
                + "; milliseconds, and ratios of medians to the first of a group");
        System.out.println(Contender.HEADER);
        groups.forEach((title, ways) -> {
            System.out.println(title + ":");
            ways.forEach(way -> System.out.println(way.row(ways.get(0))));
        });
        System.out.println(result.note());
    }

    private static String cpus() throws IOException {
        List<String> models = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.replaceAll(".*:\\s*", ""))
                .toList();
        return Runtime.getRuntime().availableProcessors() + " CPUs"
                + models.stream().findFirst().map(model -> " (" + model + ")").orElse("");
    }
}
