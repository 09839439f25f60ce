package io.faultline.docker.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The agent's program for one architecture: static, from the class path.
 *
 * @param architecture as Go and images call it: {@code amd64}
 */
record AgentProgram(String architecture, byte[] bytes) {

    private static final String FOLDER = "/io/faultline/agent-program/";
    /** By what the kernel calls an architecture (uname(2)), what Go does. */
    private static final Map<String, String> NAMES = Map.of("x86_64", "amd64", "aarch64", "arm64");

    /**
     * The one for an engine's machine.
     *
     * @param machine as the engine calls its architecture, which is as the kernel does or as Go does
     * @throws EngineException if there is none for it
     */
    static AgentProgram on(String machine) {
        String architecture = Objects.requireNonNullElse(NAMES.get(machine), machine);
        try (InputStream in = AgentProgram.class.getResourceAsStream(FOLDER + architecture)) {
            if (in == null) {
                throw new EngineException("Faultline has no agent for this engine's architecture " + machine
                        + ", only for " + String.join(" and ", new TreeSet<>(NAMES.keySet())) + ".");
            }
            return new AgentProgram(architecture, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
