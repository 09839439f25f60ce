package io.faultline.docker.engine;

import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** How our own containers are told from others. */
@API(status = Status.INTERNAL)
public final class Labels {

    /** Holds the run's id, which every chain, rule and set of that run carries in its name. */
    public static final String RUN = "io.faultline.run";

    /**
     * Holds what the container is for: {@code agent}, {@code stream} for a Toxiproxy, {@code rollback}, {@code system} for a
     * user's Compose project that a run has started, or {@code reference} for the scenarios' own systems.
     */
    public static final String ROLE = "io.faultline.role";

    private Labels() {}

    /**
     * Labels of a container of ours. None of Testcontainers', which what it starts has anyway, and a stream's proxy gets
     * beside these: its reapers remove what carries them when the JVM ends, and would kill the agent while it heals. The
     * agent leaves by itself.
     */
    public static Map<String, String> of(String run, String role) {
        return Map.of(RUN, run, ROLE, role);
    }
}
