package io.faultline.scenario.cli;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged command, run as people run it: as a process of its own. Closing it kills what still runs. */
final class Command implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Pattern RUN = Pattern.compile("(?m)^run ([0-9a-f]{8}) on ");

    private final Process process;
    private final Path out;
    private final Path err;

    private Command(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static Command start(Path folder, Map<String, String> environment, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return start(folder, environment, List.of(java, "-jar", System.getProperty("faultline.jar")), arguments);
    }

    /** The same by another program. */
    static Command start(Path folder, Map<String, String> environment, List<String> program, String... arguments) {
        // What a script starts in the background ignores SIGINT, and so would its children.
        List<String> line = new ArrayList<>(List.of("env", "--default-signal=INT"));
        line.addAll(program);
        line.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile(folder, "out", ".log");
            Path err = Files.createTempFile(folder, "err", ".log");
            ProcessBuilder builder = new ProcessBuilder(line)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            return new Command(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it to its end. */
    static Command run(Path folder, String... arguments) {
        Command command = start(folder, Map.of(), arguments);
        command.exitCode();
        return command;
    }

    /** Waits for its end. */
    int exitCode() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("It did not end within " + LIMIT + ". It printed:\n" + out() + err());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    /** Waits until it has printed this. */
    void awaitOutput(String text) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> out().contains(text) || !process.isAlive());
        if (!out().contains(text)) {
            throw new AssertionError("It ended without \"" + text + "\", but printed:\n" + out() + err());
        }
    }

    /** Which run it says that it is. */
    String runId() {
        Matcher matcher = RUN.matcher(out());
        if (!matcher.find()) {
            throw new AssertionError("It did not say which run it is, but:\n" + out() + err());
        }
        return matcher.group(1);
    }

    /** Sends a signal by its name, as {@code INT}. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
