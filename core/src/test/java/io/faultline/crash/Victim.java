package io.faultline.crash;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.FakeClock;
import io.faultline.fault.Fault;
import io.faultline.fault.clock.ClockSkew;
import io.faultline.fault.dns.DnsFailure;
import io.faultline.fault.output.BlockedStdout;
import io.faultline.fault.output.FrozenLogReader;
import io.faultline.fault.packet.Disconnect;
import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.fault.process.DaemonStall;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Kill;
import io.faultline.fault.process.Pause;
import io.faultline.fault.process.Restart;
import io.faultline.fault.process.Signal;
import io.faultline.fault.process.Terminate;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.fault.shaping.Latency;
import io.faultline.fault.stream.StalledStream;
import io.faultline.fault.stress.CpuStress;
import io.faultline.fault.stress.DiskFull;
import io.faultline.fault.stress.FileDescriptorExhaustion;
import io.faultline.fault.stress.MemoryPressure;
import io.faultline.inject.Injection;
import io.faultline.topology.Target;
import io.faultline.world.Peer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A program that injects, for crash tests to kill, stop and resume. Arguments: {@code hold}, {@code loop} or {@code soak}, a
 * container, and the name of a fault as {@link #fault} knows them. Prints {@code in force} once the fault is; with {@code hold}
 * it then waits for a line on stdin, heals, and prints what closing said; else it heals and injects for ever. With
 * {@code soak} it first prints {@code run} and its run's id. {@code image} alone prints the image of a container to harm,
 * {@code clock} with a folder copies there what such a container needs below {@code /faultline} for a wrong clock, and
 * {@code sweep} removes what dead runs have left.
 */
final class Victim {

    private Victim() {}

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "image" -> System.out.println(Peer.image());
            case "clock" -> copyFakeClock(arguments[1]);
            case "sweep" -> System.out.println(DockerRun.sweep(false));
            default -> inject(arguments);
        }
    }

    private static void copyFakeClock(String folder) {
        try (Peer prepared = FakeClock.in(new Peer())) {
            prepared.start();
            for (String file : List.of("/clock", "/clock.so")) {
                prepared.copyFileFromContainer("/faultline" + file, folder + file);
            }
        }
    }

    private static void inject(String[] arguments) throws IOException {
        Target target = Target.named(arguments[1]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Faultline faultline = Faultline.open()) {
            if (arguments[0].equals("soak")) {
                System.out.println("run " + faultline.run().id());
            }
            Fault fault = fault(arguments[2], target, faultline);
            Injection injection = faultline.inject(fault);
            System.out.println("in force");
            while (!arguments[0].equals("hold")) {
                injection.heal();
                injection = faultline.inject(fault);
            }
            in.readLine();
            injection.close();
            System.out.println("healed without complaint");
        } catch (RuntimeException | AssertionError e) {
            System.out.println(e.getMessage());
        }
    }

    private static Fault fault(String name, Target target, Faultline faultline) {
        return switch (name) {
            case "partition" -> Partition.of(target);
            case "reset-partition" -> Partition.of(target).resetting();
            case "loss" -> PacketLoss.random(target, 50);
            case "reset" -> ResetConnections.of(target);
            case "bandwidth" -> Bandwidth.of(target, BitRate.mbit(1));
            case "latency" -> Latency.of(target, Duration.ofMillis(20));
            case "dns" -> DnsFailure.of(target);
            case "signal" -> Signal.of(target, "CONT");
            case "restart" -> Restart.of(target);
            case "disconnect" -> Disconnect.of(target);
            case "freeze" -> Freeze.of(target);
            case "reader" -> FrozenLogReader.of(target);
            case "pause" -> Pause.of(target);
            case "kill" -> Kill.of(target);
            case "terminate" -> Terminate.of(target);
            case "stdout" -> BlockedStdout.of(target);
            case "cpu" -> CpuStress.of(target);
            case "memory" -> MemoryPressure.of(target);
            case "disk" -> DiskFull.of(target, "/data");
            case "descriptors" -> FileDescriptorExhaustion.of(target);
            case "clock" -> ClockSkew.of(target).by(Duration.ofHours(1));
            case "stall" -> DaemonStall.of(target, Duration.ofSeconds(2));
            default -> {
                faultline.through(target);
                yield StalledStream.of(target);
            }
        };
    }
}
