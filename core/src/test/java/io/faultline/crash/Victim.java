package io.faultline.crash;

import io.faultline.Faultline;
import io.faultline.fault.Disconnect;
import io.faultline.fault.Fault;
import io.faultline.fault.Partition;
import io.faultline.fault.StalledStream;
import io.faultline.inject.Injection;
import io.faultline.terrain.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A program that injects, for crash tests to kill, stop and resume. Arguments: {@code hold}, {@code loop} or
 * {@code stream}, a container, and unless it is a stream's which fault: {@code partition} or {@code disconnect}. Prints
 * {@code in force} once a fault is; unless it loops, it then waits for a line on stdin, heals, and
 * prints what closing said.
 */
final class Victim {

    private Victim() {}

    public static void main(String[] arguments) throws IOException {
        Target target = Target.named(arguments[1]);
        boolean stream = arguments[0].equals("stream");
        Fault other = arguments[2].equals("disconnect") ? Disconnect.of(target) : Partition.of(target);
        Fault fault = stream ? StalledStream.of(target) : other;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Faultline faultline = Faultline.open()) {
            if (stream) {
                faultline.through(target);
            }
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
}
