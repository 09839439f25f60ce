package io.faultline.scenario.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import io.faultline.docker.engine.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A container that can be meant.
 *
 * @param state as Docker calls it: {@code running}
 */
record Candidate(String id, String name, String state, Map<String, String> labels) {

    static final String PROJECT = "com.docker.compose.project";
    static final String SERVICE = "com.docker.compose.service";
    static final String CONFIG_FILES = "com.docker.compose.project.config_files";
    private static final String ONE_OFF = "com.docker.compose.oneoff";

    /** All containers on the engine, but those of a Faultline run. */
    static List<Candidate> all(DockerClient client) {
        return client.listContainersCmd().withShowAll(true).exec().stream()
                .filter(container -> !container.getLabels().containsKey(Labels.RUN))
                .map(Candidate::of)
                .toList();
    }

    static Candidate of(Container container) {
        return new Candidate(
                container.getId(),
                container.getNames()[0].substring(1),
                container.getState(),
                Map.copyOf(container.getLabels()));
    }

    boolean isRunning() {
        return state.equals("running");
    }

    boolean has(String label, String value) {
        return value.equals(labels.get(label));
    }

    /** Whether it is one of a service's, and none of {@code docker compose run}. */
    boolean isOfService(String service) {
        return has(SERVICE, service) && !"True".equals(labels.get(ONE_OFF));
    }

    /** Whether its project was made of this file. */
    boolean isMadeOf(String file) {
        return Arrays.asList(labels.getOrDefault(CONFIG_FILES, "").split(",")).contains(file);
    }

    /** By its name, and its Compose service if it has one: {@code shop-web-1 (service web, running)}. */
    String described() {
        String service = labels.containsKey(SERVICE) ? "service " + labels.get(SERVICE) + ", " : "";
        return name + " (" + service + state + ")";
    }
}
