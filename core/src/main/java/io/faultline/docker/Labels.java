package io.faultline.docker;

import java.util.LinkedHashMap;
import java.util.Map;
import org.testcontainers.DockerClientFactory;

/** How our own containers are told from others. */
public final class Labels {

    /** Holds the run's id, which every chain, rule and set of that run carries in its name. */
    public static final String RUN = "io.faultline.run";

    /** Holds what the container is for: {@code agent}, or {@code reference} for the scenarios' own systems. */
    public static final String ROLE = "io.faultline.role";

    private Labels() {}

    /** Labels of a container of ours; Testcontainers' reaper removes it should this JVM die. */
    public static Map<String, String> of(String run, String role) {
        Map<String, String> labels = new LinkedHashMap<>(DockerClientFactory.DEFAULT_LABELS);
        labels.put(DockerClientFactory.TESTCONTAINERS_SESSION_ID_LABEL, DockerClientFactory.SESSION_ID);
        labels.put(RUN, run);
        labels.put(ROLE, role);
        return labels;
    }
}
