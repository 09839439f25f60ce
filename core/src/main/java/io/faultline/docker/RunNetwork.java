package io.faultline.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network.ContainerNetworkConfig;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/**
 * A Docker network of a run's own, on which its containers know each other by name. It carries the run's label, by which
 * the next run finds it once this one is dead. Closing it removes it.
 */
@API(status = Status.INTERNAL)
public final class RunNetwork implements Network {

    private final DockerClient client;
    private final String id;

    private RunNetwork(DockerClient client, String id) {
        this.client = client;
        this.id = id;
    }

    /**
     * Makes one.
     *
     * @param run whose agent runs already, or another run would take the network for one that was left behind
     * @param name that no other network has
     * @throws EngineException if the engine makes none, as where it has no addresses left for another one
     */
    public static RunNetwork create(DockerRun run, String name) {
        Map<String, String> labels = new HashMap<>(Labels.of(run.id(), "reference"));
        labels.putAll(DockerClientFactory.DEFAULT_LABELS); // by these, Ryuk removes it if this JVM dies
        labels.put(DockerClientFactory.TESTCONTAINERS_SESSION_ID_LABEL, DockerClientFactory.SESSION_ID);
        DockerClient client = run.engine().client();
        try {
            return new RunNetwork(
                    client,
                    client.createNetworkCmd()
                            .withName(name)
                            .withCheckDuplicate(true)
                            .withLabels(labels)
                            .exec()
                            .getId());
        } catch (RuntimeException e) {
            throw new EngineException(
                    "Cannot make the network \"" + name + "\": " + e.getMessage()
                            + " 'docker network prune' removes those that nobody uses.",
                    e);
        }
    }

    @Override
    public String getId() {
        return id;
    }

    /** Also removes it if a container is still on it, which stays, or if somebody else has removed it. */
    @Override
    public void close() {
        remove(client, id);
    }

    /** By name or id. */
    public static void remove(DockerClient client, String network) {
        try {
            Map<String, ContainerNetworkConfig> there = Objects.requireNonNullElse(
                    client.inspectNetworkCmd().withNetworkId(network).exec().getContainers(), Map.of());
            there.keySet().forEach(container -> disconnect(client, network, container));
            client.removeNetworkCmd(network).exec();
        } catch (NotFoundException gone) {
            return; // another sweep was faster
        }
    }

    // A network that somebody is on cannot be removed. A stream's proxy may be, until its Faultline is closed.
    private static void disconnect(DockerClient client, String network, String container) {
        try {
            client.disconnectFromNetworkCmd()
                    .withNetworkId(network)
                    .withContainerId(container)
                    .withForce(true)
                    .exec();
        } catch (NotFoundException gone) {
            return; // it ended meanwhile
        }
    }
}
