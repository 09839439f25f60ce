package io.faultline.scenario.junit;

import io.faultline.Faultline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.testcontainers.containers.ContainerState;
import org.testcontainers.containers.GenericContainer;
import redis.clients.jedis.HostAndPort;

/** Is run by {@link ResilienceContractDockerIT}, and shown in the documentation. */
// snippet: contract
class ResilientContractCase implements ResilienceContract {

    private final GenericContainer<?> redis = new GenericContainer<>(RedisImage.get()).withExposedPorts(6379);
    private RedisClient client;

    @BeforeEach
    void start() {
        redis.start();
        client = connect();
    }

    @AfterEach
    void stop() {
        client.close();
        redis.stop();
    }

    RedisClient connect() {
        return RedisClient.resilient(this::address);
    }

    HostAndPort address() {
        return new HostAndPort("127.0.0.1", Faultline.mappedPort(redis, 6379));
    }

    @Override
    public ContainerState dependency() {
        return redis;
    }

    @Override
    public boolean isHealthy() {
        return client.isHealthy();
    }

    @Override
    public void doUnitOfWork() {
        client.work();
    }
}
// end snippet
