package io.faultline.scenario.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the launcher needs of a built checkout, in a folder of its own. Closing it removes what links it to this one. */
final class Checkout implements AutoCloseable {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path JAR = Path.of(System.getProperty("faultline.jar"));

    private final Path root;

    private Checkout(Path root) {
        this.root = root;
    }

    static Checkout in(Path folder) throws IOException {
        Path root = Files.createDirectory(folder.resolve("checkout"));
        for (String sources :
                List.of("core/src/main", "reference-clients/src/main", "scenarios/src/main", "agent", "dev/agent")) {
            Files.createDirectories(root.resolve(sources));
        }
        for (String pom : List.of("pom.xml", "core/pom.xml", "reference-clients/pom.xml", "scenarios/pom.xml")) {
            Files.createFile(root.resolve(pom));
        }
        Files.createSymbolicLink(root.resolve("scenarios/catalog"), ROOT.resolve("scenarios/catalog"));
        Files.createDirectories(root.resolve("scenarios/target"));
        Checkout checkout = new Checkout(root);
        copy(ROOT.resolve("faultline"), root.resolve("faultline"));
        copy(ROOT.resolve("dev/archive"), root.resolve("dev/archive"));
        copy(JAR, checkout.jar());
        Files.createSymbolicLink(checkout.target("lib"), JAR.resolveSibling("lib"));
        Files.createFile(checkout.target("faultline.built"));
        return checkout;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    Path target(String name) {
        return root.resolve("scenarios/target").resolve(name);
    }

    Path jar() {
        return target(String.valueOf(JAR.getFileName()));
    }

    /** Runs the launcher to its end, with the Java that runs this test unless {@code JAVA_HOME} is another one. */
    Command run(Map<String, String> environment, String... arguments) {
        Command command = start(environment, arguments);
        command.exitCode();
        return command;
    }

    Command start(Map<String, String> environment, String... arguments) {
        Map<String, String> all = new HashMap<>(Map.of("JAVA_HOME", System.getProperty("java.home")));
        all.putAll(environment);
        List<String> program = new ArrayList<>(List.of("env"));
        // Those of the build are not for it.
        Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
                .filter(variable -> !environment.containsKey(variable))
                .forEach(variable -> program.addAll(List.of("-u", variable)));
        program.add(root.resolve("faultline").toString());
        return Command.start(root, all, program, arguments);
    }

    @Override
    public void close() throws IOException {
        Files.delete(root.resolve("scenarios/catalog"));
        Files.delete(target("lib"));
    }
}
