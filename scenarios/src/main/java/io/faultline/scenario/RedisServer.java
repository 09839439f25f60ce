package io.faultline.scenario;

import io.faultline.docker.DockerRun;
import io.faultline.docker.EngineException;
import io.faultline.docker.ProjectImage;
import io.faultline.terrain.Target;
import org.testcontainers.containers.wait.strategy.Wait;
import redis.clients.jedis.HostAndPort;

/** What reference systems depend on: a Redis in a container, with a published port. Closing it removes the container. */
final class RedisServer implements AutoCloseable {

    private static final int PORT = 6379;

    private final ReferenceContainer container;

    private RedisServer(ReferenceContainer container) {
        this.container = container;
    }

    /**
     * Starts it and waits until it is ready. Builds its image first if the engine does not have it.
     *
     * @param run whose agent runs already
     * @throws EngineException if it cannot be started; nothing is left then
     */
    static RedisServer start(DockerRun run) {
        String image = ProjectImage.build(
                run.engine(), "faultline/reference-redis", "/io/faultline/scenario/redis/", "Dockerfile");
        return new RedisServer(ReferenceContainer.start(
                run,
                "redis",
                image,
                PORT,
                redis -> redis.waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1))));
    }

    Target target() {
        return container.target();
    }

    /** Where a client on the Docker host reaches it. */
    HostAndPort published() {
        return container.published();
    }

    /** Where another container on Docker's default network reaches it. */
    String address() {
        return container.address();
    }

    @Override
    public void close() {
        container.close();
    }
}
