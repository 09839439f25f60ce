package io.faultline.bench;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.fault.packet.Partition;
import io.faultline.world.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Measures how long it takes to inject and to heal a partition: by Faultline, and by the ways that people do it by hand.
 * All of them add and remove the same rules, IPv4 and IPv6, in the same container's namespace, in turn, in one run.
 * {@code dev/bench inject} runs it; it needs root for the way by hand that is the fastest.
 */
final class InjectBench {

    private static final Duration REST = Duration.ofMillis(150);

    private InjectBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        try (Peer peer = new Peer();
                DockerRun run = DockerRun.open();
                Faultline faultline = Faultline.in(run)) {
            peer.start();
            Partition containerLeg = Partition.of(peer.target()).containerLegOnly();
            int pid =
                    run.topology(containerLeg.targets()).resolved(peer.target()).pid();
            try (ByHand.Helper helper = ByHand.Helper.start(pid)) {
                List<Contender> contenders = List.of(
                        new Contender("Faultline", new OneInjection(faultline, containerLeg)),
                        new Contender("Faultline, every leg", new OneInjection(faultline, Partition.of(peer.target()))),
                        new Contender("nsenter as root on the host", new ByHand.Nsenter(pid)),
                        new Contender("docker exec into a helper", helper.contender()),
                        new Contender("a sidecar container an operation", new ByHand.Sidecar(peer)));
                for (int round = -rounds / 10; round < rounds; round++) {
                    for (Contender contender : contenders) {
                        contender.measure(round >= 0, REST, Duration.ZERO);
                    }
                    System.err.print(round < 0 ? "\rwarming up" : "\rround " + (round + 1) + " of " + rounds + "  ");
                }
                System.err.println();
                report(contenders, rounds, run.engine().describe(), Path.of(arguments[1]));
            }
        }
    }

    private static void report(List<Contender> contenders, int rounds, String where, Path json) throws IOException {
        Contender baseline = contenders.get(2);
        System.out.println(rounds + " rounds on " + where + "; milliseconds, and ratios of medians to nsenter's");
        System.out.println(Contender.HEADER);
        contenders.forEach(contender -> System.out.println(contender.row(baseline)));
        Files.createDirectories(json.toAbsolutePath().getParent());
        Files.writeString(json, Contender.json(contenders, rounds, where));
        System.out.println("written to " + json);
    }
}
