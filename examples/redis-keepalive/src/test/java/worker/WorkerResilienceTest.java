package worker;

import static io.faultline.Faultline.target;
import static java.time.Duration.ofSeconds;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.fault.packet.Partition;
import io.faultline.junit.FaultlineTest;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

// snippet: readme
@Testcontainers
@FaultlineTest
class WorkerResilienceTest {

    @Container
    static final GenericContainer<?> redis = new GenericContainer<>(RedisImage.get()).withExposedPorts(6379);

    @Test
    void noticesASilentPartition(Faultline faultline) {
        try (Worker worker = Worker.connect(redis.getHost(), redis.getMappedPort(6379))) {
            await().until(worker::isConnected);

            faultline
                    .during(Partition.of(target("redis", redis)))
                    .expect("the worker notices", worker::isDisconnected)
                    .within(ofSeconds(5))
                    .afterHealing("it reconnects", worker::isConnected)
                    .within(ofSeconds(10));
        }
    }
}
// end snippet
