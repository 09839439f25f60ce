package io.faultline.scenario;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.EngineException;
import io.faultline.docker.Labels;
import io.faultline.terrain.Target;
import java.util.Objects;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import redis.clients.jedis.HostAndPort;

/** A container of a reference system, which carries the run's name and label. Closing it removes it. */
final class ReferenceContainer implements AutoCloseable {

    private final String name;
    private final int port;
    private final GenericContainer<?> container;

    private ReferenceContainer(String name, int port, GenericContainer<?> container) {
        this.name = name;
        this.port = port;
        this.container = container;
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param run whose agent runs already, or another run would take the container for one that was left behind
     * @param port the one that it is asked at
     * @param prepare says what else it needs: a command, an environment, what to wait for
     * @throws EngineException if it cannot be started; nothing is left then
     */
    static ReferenceContainer start(
            DockerRun run, String name, String image, int port, Consumer<GenericContainer<?>> prepare) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(port)
                .withLabels(Labels.of(run.id(), "reference"))
                .withCreateContainerCmdModifier(
                        (CreateContainerCmd cmd) -> cmd.withName("faultline-" + name + "-" + run.id()));
        prepare.accept(container);
        ReferenceContainer started = new ReferenceContainer(name, port, container);
        try {
            container.start();
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw new EngineException(
                    "Cannot start the reference system (" + name + ", from image " + image + "): "
                            + String.valueOf(innermost(e).getMessage()).strip()
                            + " 'faultline doctor' examines what this engine can do.",
                    e);
        }
    }

    // Testcontainers only says that it failed, and its causes say why.
    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause.getMessage() == null ? failure : innermost(cause);
    }

    Target target() {
        return Faultline.target(name, container);
    }

    /** Where a client on the Docker host reaches it, as everyone does it: at 127.0.0.1, where docker-proxy answers. */
    HostAndPort published() {
        String host = container.getHost();
        return new HostAndPort(host.equals("localhost") ? "127.0.0.1" : host, container.getMappedPort(port));
    }

    /** Where another container on Docker's default network reaches it. */
    String address() {
        ContainerNetwork network = container
                .getCurrentContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next();
        return Objects.requireNonNull(network.getIpAddress(), "a running container has an address");
    }

    /** All that it has written so far. */
    String log() {
        return container.getLogs();
    }

    /** Also removes it if the thread is interrupted, which the engine's client would obey and leave it there. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            container.stop();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
