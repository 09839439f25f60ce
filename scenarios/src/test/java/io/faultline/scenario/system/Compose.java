package io.faultline.scenario.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** This machine's Docker Compose, used as a user does. */
final class Compose {

    private Compose() {}

    /** Skips the test where there is none, or fails it in strict mode. */
    static void require() {
        boolean isThere = run(List.of("version")) == 0;
        String strict = System.getProperty(
                "faultline.strict", Optional.ofNullable(System.getenv("CI")).orElse("false"));
        if (strict.isEmpty() || strict.equals("false")) {
            assumeTrue(isThere, "There is no 'docker compose' of version 2 here; 'dev/lab up' fetches it.");
        }
        assertThat(isThere).as("'docker compose', required in strict mode").isTrue();
    }

    static void up(Path file, String project) {
        up(List.of(file), project);
    }

    static void up(List<Path> files, String project) {
        List<String> line = new ArrayList<>();
        files.forEach(file -> line.addAll(List.of("-f", file.toString())));
        line.addAll(List.of("-p", project, "up", "--detach"));
        assertThat(run(line)).isZero();
    }

    static void down(Path file, String project) {
        run(List.of("-f", file.toString(), "-p", project, "down", "--timeout", "0", "--volumes", "--remove-orphans"));
    }

    private static int run(List<String> arguments) {
        List<String> line = new ArrayList<>(List.of("docker", "compose"));
        line.addAll(arguments);
        try {
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
