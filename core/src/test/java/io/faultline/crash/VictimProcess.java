package io.faultline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@link Victim} in a JVM of its own. */
final class VictimProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;

    private VictimProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts it, and waits until its fault is in force. */
    static VictimProcess inForce(String mode, String container, Map<String, String> environment) throws IOException {
        return start(List.of(mode, container, "partition"), environment).untilInForce();
    }

    static VictimProcess disconnecting(String mode, String container) throws IOException {
        return start(List.of(mode, container, "disconnect"), Map.of()).untilInForce();
    }

    /** One whose fault is of this name. */
    static VictimProcess doing(String fault, String mode, String container) throws IOException {
        return start(List.of(mode, container, fault), Map.of()).untilInForce();
    }

    static VictimProcess stalling(String container) throws IOException {
        return start(List.of("hold", container, "stream"), Map.of()).untilInForce();
    }

    /** Starts it, and returns what it first says. */
    static String disconnecting(String container, Map<String, String> environment) throws IOException {
        try (VictimProcess victim = start(List.of("hold", container, "disconnect"), environment)) {
            return String.valueOf(victim.out.readLine());
        }
    }

    private static VictimProcess start(List<String> arguments, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it lives for seconds, and there are many of them
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName()));
        command.addAll(arguments);
        ProcessBuilder java = new ProcessBuilder(command);
        java.environment().putAll(environment);
        java.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new VictimProcess(java.start());
    }

    private VictimProcess untilInForce() throws IOException {
        String first = out.readLine();
        if (!"in force".equals(first)) {
            close();
        }
        assertThat(first).isEqualTo("in force");
        return this;
    }

    static VictimProcess holding(String container) throws IOException {
        return inForce("hold", container, Map.of());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Sends a signal that Java cannot, as {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Lets it close its injection, and returns what it said about that. */
    String close(String line) throws IOException, InterruptedException {
        try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
            in.write(line + "\n");
            in.flush();
            String said = out.readLine();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return String.valueOf(said);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        out.close();
    }
}
