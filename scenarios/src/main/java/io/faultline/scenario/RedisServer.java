package io.faultline.scenario;

import com.github.dockerjava.api.command.CreateContainerCmd;
import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.EngineException;
import io.faultline.docker.Labels;
import io.faultline.docker.ProjectImage;
import io.faultline.terrain.Target;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import redis.clients.jedis.HostAndPort;

/** The reference system: a Redis in a container, reached through a published port. Closing it removes the container. */
final class RedisServer implements AutoCloseable {

    private static final int PORT = 6379;

    private final GenericContainer<?> container;

    private RedisServer(DockerRun run) {
        String image = ProjectImage.build(
                run.engine(), "faultline/reference-redis", "/io/faultline/scenario/redis/", "Dockerfile");
        container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(PORT)
                .withLabels(Labels.of(run.id(), "reference"))
                .withCreateContainerCmdModifier((CreateContainerCmd cmd) -> cmd.withName("faultline-redis-" + run.id()))
                .waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1));
    }

    /**
     * Starts it and waits until it is ready. Builds its image first if the engine does not have it.
     *
     * @param run whose agent runs already, or another run would take the container for one that was left behind
     * @throws EngineException if it cannot be started; nothing is left then
     */
    static RedisServer start(DockerRun run) {
        RedisServer server = new RedisServer(run);
        try {
            server.container.start();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw new EngineException(
                    "Cannot start the reference system (Redis, from image " + server.container.getDockerImageName()
                            + "): " + String.valueOf(innermost(e).getMessage()).strip()
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
        return Faultline.target("redis", container);
    }

    /** Where a client on the Docker host reaches it, as everyone does it: at 127.0.0.1, where docker-proxy answers. */
    HostAndPort published() {
        String host = container.getHost();
        return new HostAndPort(host.equals("localhost") ? "127.0.0.1" : host, container.getMappedPort(PORT));
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
