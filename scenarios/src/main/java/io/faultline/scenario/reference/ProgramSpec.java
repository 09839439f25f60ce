package io.faultline.scenario.reference;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How a program is started, and what is known of it. Each method gives a spec that differs in one thing.
 *
 * @param command what its image's entry point is given
 * @param port the one that it is asked at; of a server, the one that clients connect to
 * @param ready a regular expression for the whole line that it logs once it takes connections
 * @param exitCode what it ends with when it was told to stop and did so well
 * @param defects the words for what it leaves at its default if it is told to
 */
record ProgramSpec(
        Image image,
        List<String> command,
        int port,
        String ready,
        int exitCode,
        Set<String> defects,
        Set<Trait> traits) {

    /** What sets a program apart from most. */
    enum Trait {
        /** Others depend on it. */
        SERVER,
        /** It writes to {@code /data}, which is small and in memory. */
        DATA,
        /** Its clock can be wrong. */
        FAKE_CLOCK,
        /** It runs on the Docker host's network, and reaches what it depends on at a published port. */
        HOST_NETWORK
    }

    private static final int HTTP = 8080;
    private static final int JVM_TOLD_TO_STOP = 143;

    ProgramSpec {
        command = List.copyOf(command);
        defects = Set.copyOf(defects);
        traits = Set.copyOf(traits);
    }

    /** A program that serves HTTP, says {@code ready} when it does, and depends on servers. */
    static ProgramSpec client(Image image, String... command) {
        return new ProgramSpec(image, List.of(command), HTTP, "ready", 0, Set.of(), Set.of());
    }

    /** One of the clients in Java. A JVM that was told to stop ends with 143, though its hooks have run. */
    static ProgramSpec java(String program) {
        return client(Image.JAVA, program).exitCode(JVM_TOLD_TO_STOP);
    }

    /** A program that others depend on. */
    static ProgramSpec server(Image image, int port, String ready, String... command) {
        return new ProgramSpec(image, List.of(command), port, ready, 0, Set.of(), Set.of(Trait.SERVER));
    }

    ProgramSpec exitCode(int code) {
        return new ProgramSpec(image, command, port, ready, code, defects, traits);
    }

    ProgramSpec defects(String... words) {
        return new ProgramSpec(image, command, port, ready, exitCode, Set.of(words), traits);
    }

    ProgramSpec with(Trait trait) {
        Set<Trait> more = EnumSet.of(trait);
        more.addAll(traits);
        return new ProgramSpec(image, command, port, ready, exitCode, defects, more);
    }
}
