package io.faultline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No file is too long to be read in one go, and no package has too many of them to be seen at a glance. */
class SizesTest {

    private static final int LINES = 300;
    private static final int FILES = 30;
    private static final List<Path> MAIN = Stream.concat(
                    Stream.of("core", "reference-clients", "scenarios")
                            .map(module -> Path.of("..", module, "src", "main", "java")),
                    Stream.of(Path.of("..", "agent")))
            .toList();

    @Test
    void noFileIsLongerThanTheLimit() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path root : MAIN) {
            for (Path file : sources(root)) {
                if (Files.readAllLines(file).size() > LINES) {
                    found.add(root.relativize(file).toString());
                }
            }
        }

        assertThat(found).as("files of more than " + LINES + " lines").isEmpty();
    }

    @Test
    void noPackageHasMoreFilesThanTheLimit() throws IOException {
        Map<String, Integer> sizes = new TreeMap<>();
        for (Path root : MAIN) {
            for (Path file : sources(root)) {
                sizes.merge(root.relativize(file.getParent()).toString(), 1, Integer::sum);
            }
        }
        sizes.values().removeIf(size -> size <= FILES);

        assertThat(sizes.keySet())
                .as("packages of more than " + FILES + " files")
                .isEmpty();
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> found = files.filter(file -> file.toString().matches(".*\\.java|.*(?<!_test)\\.go"))
                    .toList();
            assertThat(found).as("read from the module's folder").isNotEmpty();
            return found;
        }
    }
}
