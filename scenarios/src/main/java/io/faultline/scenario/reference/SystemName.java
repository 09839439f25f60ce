package io.faultline.scenario.reference;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** How the containers of one reference system are called, and found again. */
record SystemName(DockerRun run, String mark) {

    private static final String SYSTEM = "io.faultline.system";

    static SystemName in(DockerRun run) {
        return new SystemName(run, HexFormat.of().formatHex(new SecureRandom().generateSeed(3)));
    }

    String ofNetwork() {
        return "faultline-" + run.id() + "-" + mark;
    }

    String ofContainer(String role) {
        return "faultline-" + role + "-" + run.id() + "-" + mark;
    }

    Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(Labels.of(run.id(), "reference"));
        labels.put(SYSTEM, mark);
        return labels;
    }

    /** By their label, and so also one whose start was given up before Docker had told its id. */
    void removeContainers() {
        DockerClient client = run.engine().client();
        client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(SYSTEM, mark))
                .exec()
                .forEach(container -> remove(client, container.getId()));
    }

    private static void remove(DockerClient client, String id) {
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException | ConflictException gone) {
            return; // somebody else was faster, or is at it
        }
    }
}
