package io.faultline.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;

/**
 * Which processes of a container are frozen and which are not, read from /proc of the Docker host.
 *
 * @param held the names of those that have a tracer
 * @param running of the others
 */
public record Still(List<String> held, List<String> running) {

    public static Still of(GenericContainer<?> container) {
        long first = Objects.requireNonNull(
                container.getCurrentContainerInfo().getState().getPidLong());
        List<String> held = new ArrayList<>();
        List<String> running = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            String own = read(Path.of("/proc/" + first + "/cgroup"));
            for (Path process : all.filter(each -> each.getFileName().toString().matches("\\d+"))
                    .toList()) {
                String status = read(process.resolve("status"));
                if (read(process.resolve("cgroup")).equals(own) && !status.matches("(?s).*\nState:\t[ZX].*")) {
                    String name = read(process.resolve("comm")).strip();
                    // Who waits in vfork(2) for a child that is held cannot run on either.
                    boolean still = status.matches("(?s).*\nState:\t[tD].*") && !status.contains("\nTracerPid:\t0\n");
                    (still ? held : running).add(name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Still(held, running);
    }

    /** The process that holds the first one of a container, or its parent, which reads its output: as the host numbers. */
    public static OptionalLong tracerOf(GenericContainer<?> container) throws IOException {
        long first = Objects.requireNonNull(
                container.getCurrentContainerInfo().getState().getPidLong());
        long tracer = number("TracerPid:", first);
        long readers = tracer == 0 ? number("TracerPid:", number("PPid:", first)) : tracer;
        return readers == 0 ? OptionalLong.empty() : OptionalLong.of(readers);
    }

    /** The process that holds one of this name on the host. */
    public static Optional<Long> tracerOf(String name) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(each -> each.getFileName().toString().matches("\\d+"))
                    .toList()) {
                if (read(process.resolve("comm")).strip().equals(name)) {
                    long tracer = number(
                            "TracerPid:", Long.parseLong(process.getFileName().toString()));
                    if (tracer != 0) {
                        return Optional.of(tracer);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static long number(String field, long pid) throws IOException {
        return read(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.substring(field.length()).strip()))
                .findFirst()
                .orElse(0);
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file, UTF_8);
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return "";
            }
            throw e;
        }
    }
}
