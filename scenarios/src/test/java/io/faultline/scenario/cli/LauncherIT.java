package io.faultline.scenario.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.scenario.yaml.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on a built checkout: the archive of classes that it keeps saves time, and nothing depends on it. */
class LauncherIT {

    @TempDir
    private Path folder;

    private Checkout checkout;

    @BeforeEach
    void checkOut() throws IOException {
        checkout = Checkout.in(folder);
    }

    @AfterEach
    void remove() throws IOException {
        checkout.close();
    }

    @Test
    void loadsClassesFromTheArchiveThatItsFirstRunMade() throws IOException {
        Command first = checkout.run(Map.of(), "list");
        assertLists(first);
        assertThat(first.err()).contains("preparing quicker starts");

        List<String> loaded = loaded("list");

        assertThat(loaded)
                .contains(
                        "io.faultline.scenario.cli.Main source: shared objects file",
                        "picocli.CommandLine source: shared objects file");
        // Where it listed the catalog by reading all of it, an archive would hide that.
        assertThat(loaded)
                .noneMatch(line -> line.matches(
                        "(org\\.snakeyaml\\.|com\\.google\\.gson\\.Gson |io\\.faultline\\.fault\\.FaultSpecs ).*"));
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void runsWithoutAnArchiveThatIsDamagedAndMakesAnotherOne() throws Exception {
        checkout.run(Map.of(), "list");
        byte[] whole = Files.readAllBytes(archive());
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;

        Process another = lock(); // as if it was making an archive, so that no other one is made
        for (byte[] damaged : List.of(new byte[0], Arrays.copyOf(whole, whole.length / 2), flipped)) {
            replace(archive(), damaged);
            Command command = checkout.run(Map.of(), "list");
            assertLists(command);
            assertThat(command.err()).isEmpty();
        }
        another.getOutputStream().close();
        another.waitFor();

        assertLists(checkout.run(Map.of(), "list"));
        assertThat(Files.readAllBytes(archive())).isNotEqualTo(flipped);
        assertThat(loaded("list")).contains("io.faultline.scenario.cli.Main source: shared objects file");
    }

    @Test
    void replacesAnArchiveThatIsOlderThanAJar() throws IOException {
        checkout.run(Map.of(), "list");
        FileTime rebuilt = FileTime.from(Instant.now());
        Files.setLastModifiedTime(checkout.jar(), rebuilt);

        assertLists(checkout.run(Map.of(), "list"));

        assertThat(Files.getLastModifiedTime(archive())).isGreaterThan(rebuilt);
        assertThat(loaded("list")).contains("io.faultline.scenario.cli.Main source: shared objects file");
    }

    @Test
    void makesOneArchiveWhereSeveralFirstRunsAreAtATime() throws IOException {
        List<Command> commands =
                Stream.generate(() -> checkout.start(Map.of(), "list")).limit(3).toList();

        for (Command command : commands) {
            assertThat(command.exitCode()).isZero();
            assertLists(command);
        }
        assertThat(loaded("list")).contains("io.faultline.scenario.cli.Main source: shared objects file");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void triesOnceWithAJavaThatMakesNone() throws IOException {
        Path home =
                java("case \"$*\" in *-Xshare:dump*) echo x >>%s; exit 1 ;; esac".formatted(folder.resolve("tries")));

        for (int run = 1; run <= 2; run++) {
            assertLists(checkout.run(Map.of("JAVA_HOME", home.toString()), "list"));
        }

        assertThat(archive()).isEmptyFile();
        assertThat(folder.resolve("tries")).hasContent("x");
    }

    @Test
    void runsWithoutAnArchiveWhereNothingCanBeWritten() throws IOException {
        Files.createFile(checkout.target("archives")); // as root may write everywhere

        Command command = checkout.run(Map.of(), "list");

        assertLists(command);
        assertThat(command.err()).isEmpty();
    }

    @Test
    void leavesNothingBehindWhereItIsInterrupted() throws IOException {
        Path dumps = folder.resolve("dumps");
        Path home = java("case \"$*\" in *-Xshare:dump*) echo $$ >%s; exec sleep 60 ;; esac".formatted(dumps));
        try (Command command = checkout.start(Map.of("JAVA_HOME", home.toString()), "list")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(dumps) && Files.size(dumps) > 0);

            command.signal("TERM");

            assertThat(command.exitCode()).isEqualTo(143);
        }
        long dumping = Long.parseLong(Files.readString(dumps).strip());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ProcessHandle.of(dumping).isEmpty() && leftovers().isEmpty());
        assertThat(archive()).doesNotExist();
    }

    private static void assertLists(Command command) {
        assertThat(command.exitCode()).as(command.err()).isZero();
        assertThat(command.out().lines().map(line -> line.split(" ", -1)[0]))
                .startsWith(Catalog.names().toArray(String[]::new));
    }

    /** The classes that a run loads, as {@code NAME source: WHERE}. */
    private List<String> loaded(String... arguments) throws IOException {
        Path log = folder.resolve("loaded.log");
        checkout.run(Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + log), arguments);
        return Files.readAllLines(log).stream()
                .map(line -> line.replaceFirst("^(\\[[^]]*])+ ", "").strip())
                .toList();
    }

    private Path archive() throws IOException {
        return archives().resolve("classes.jsa");
    }

    private Path archives() throws IOException {
        try (Stream<Path> folders = Files.list(checkout.target("archives"))) {
            List<Path> all = folders.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    /** What should be gone once an archive is made or given up. */
    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(archives())) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("classes.jsa."))
                    .toList();
        }
    }

    /** In the archive's place, newer than the jars: the archive itself is read-only. */
    private static void replace(Path file, byte[] content) throws IOException {
        Files.delete(file);
        Files.write(file, content);
    }

    /** A Java of its own that is a script, and the Java of this test for all that the script does not do. */
    private Path java(String script) throws IOException {
        Path real = Path.of(System.getProperty("java.home"));
        Path home = Files.createDirectory(folder.resolve("java"));
        Files.createDirectory(home.resolve("bin"));
        Files.copy(real.resolve("release"), home.resolve("release"));
        Path java = home.resolve("bin/java");
        Files.writeString(java, "#!/bin/sh\n" + script + "\nexec '" + real.resolve("bin/java") + "' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    /** A process that holds the lock of the archive until its input ends. */
    private Process lock() throws IOException {
        Process process = new ProcessBuilder(
                        "flock", archives().resolve("lock").toString(), "sh", "-c", "echo held; cat")
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("held");
        return process;
    }
}
