package io.faultline.crash;

import io.faultline.Faultline;
import io.faultline.fault.BlockedStdout;
import io.faultline.fault.CpuStress;
import io.faultline.fault.Disconnect;
import io.faultline.fault.DiskFull;
import io.faultline.fault.Fault;
import io.faultline.fault.FileDescriptorExhaustion;
import io.faultline.fault.Freeze;
import io.faultline.fault.FrozenLogReader;
import io.faultline.fault.Kill;
import io.faultline.fault.MemoryPressure;
import io.faultline.fault.Partition;
import io.faultline.fault.Pause;
import io.faultline.fault.StalledStream;
import io.faultline.inject.Injection;
import io.faultline.terrain.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A program that injects, for crash tests to kill, stop and resume. Arguments: {@code hold} or {@code loop}, a container,
 * and which fault: {@code partition}, {@code disconnect}, {@code freeze}, {@code reader}, {@code pause}, {@code kill},
 * {@code stdout}, {@code cpu}, {@code memory}, {@code disk}, {@code descriptors} or {@code stream}. Prints {@code in force} once a fault is; with
 * {@code hold} it then waits for a line on stdin, heals, and prints what closing said.
 */
final class Victim {

    private Victim() {}

    public static void main(String[] arguments) throws IOException {
        Target target = Target.named(arguments[1]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Faultline faultline = Faultline.open()) {
            Fault fault = fault(arguments[2], target, faultline);
            Injection injection = faultline.inject(fault);
            System.out.println("in force");
            while (arguments[0].equals("loop")) {
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
            case "disconnect" -> Disconnect.of(target);
            case "freeze" -> Freeze.of(target);
            case "reader" -> FrozenLogReader.of(target);
            case "pause" -> Pause.of(target);
            case "kill" -> Kill.of(target);
            case "stdout" -> BlockedStdout.of(target);
            case "cpu" -> CpuStress.of(target);
            case "memory" -> MemoryPressure.of(target);
            case "disk" -> DiskFull.of(target, "/data");
            case "descriptors" -> FileDescriptorExhaustion.of(target);
            default -> {
                faultline.through(target);
                yield StalledStream.of(target);
            }
        };
    }
}
