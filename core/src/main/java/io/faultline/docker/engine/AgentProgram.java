package io.faultline.docker.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The agent's program for one architecture: static, from the class path. It is read when its bytes are asked for. */
final class AgentProgram {

    private static final String FOLDER = "/io/faultline/agent-program/";
    /** By what the kernel calls an architecture (uname(2)), what Go does. */
    private static final Map<String, String> NAMES = Map.of("x86_64", "amd64", "aarch64", "arm64");

    private final String architecture;
    private final String digest;
    private final Supplier<byte[]> bytes;

    private AgentProgram(String architecture, String digest, Supplier<byte[]> bytes) {
        this.architecture = architecture;
        this.digest = digest;
        this.bytes = bytes;
    }

    /** One that is not in the class path. */
    AgentProgram(String architecture, byte[] bytes) {
        this(architecture, Sha256.of(bytes), () -> bytes);
    }

    /**
     * The one for an engine's machine.
     *
     * @param machine as the engine calls its architecture, which is as the kernel does or as Go does
     * @throws EngineException if there is none for it
     */
    static AgentProgram on(String machine) {
        String architecture = Objects.requireNonNullElse(NAMES.get(machine), machine);
        String digest = new String(read(architecture + ".sha256", machine), StandardCharsets.US_ASCII).strip();
        return new AgentProgram(architecture, digest, () -> read(architecture, machine));
    }

    /** As Go and images call it: {@code amd64}. */
    String architecture() {
        return architecture;
    }

    /** The SHA-256 of its bytes, as dev/agent has written it beside them. */
    String digest() {
        return digest;
    }

    byte[] bytes() {
        return bytes.get();
    }

    private static byte[] read(String file, String machine) {
        try (InputStream in = AgentProgram.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new EngineException("Faultline has no agent for this engine's architecture " + machine
                        + ", only for " + String.join(" and ", new TreeSet<>(NAMES.keySet())) + ".");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
