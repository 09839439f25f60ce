package worker;

import static io.faultline.Faultline.target;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.faultline.Faultline;
import io.faultline.fault.packet.Partition;
import io.faultline.junit.FaultlineTest;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;

/** The other side of {@link WorkerResilienceTest}: what it says of a worker that does not notice, and of a cut that misses. */
@Testcontainers
@FaultlineTest
class WhatTheTestCatchesTest {

    @Container
    private final GenericContainer<?> redis = new GenericContainer<>(RedisImage.get()).withExposedPorts(6379);

    @Test
    void aWorkerWithJedisDefaultSocketsIsBroken(Faultline faultline) {
        HostAndPort published = new HostAndPort(redis.getHost(), redis.getMappedPort(6379));
        try (Worker worker = Worker.start(new DefaultJedisSocketFactory(published))) {
            await().until(worker::isConnected);

            BrokenError broken = assertThrows(
                    BrokenError.class,
                    () -> faultline
                            .during(Partition.of(target("redis", redis)))
                            .expect("the worker notices", worker::isDisconnected)
                            .within(ofSeconds(5)));

            assertThat(faultline.acknowledge(broken)) // or the test would fail: a verdict must not get lost
                    .hasMessageContaining("the first keepalive probe is due in 119 min (about 2 hours)");
        }
    }

    @Test
    void aCutBehindDockerProxyAloneIsInconclusive(Faultline faultline) {
        try (Worker worker = Worker.connect(redis.getHost(), redis.getMappedPort(6379))) {
            await().until(worker::isConnected);

            InconclusiveError inconclusive = assertThrows(
                    InconclusiveError.class,
                    () -> faultline
                            .during(Partition.of(target("redis", redis)).containerLegOnly())
                            .expect("the worker notices", worker::isDisconnected)
                            .within(ofSeconds(5)));

            assertThat(faultline.acknowledge(inconclusive)).hasMessageContaining("docker-proxy answers at");
        }
    }
}
