package io.faultline.scenario.junit;

import io.faultline.Faultline;
import io.faultline.junit.FaultlineTest;
import java.util.Map;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.testcontainers.containers.ContainerState;

/**
 * A client that runs in this JVM copes with everything that the one container it depends on does to it. A test class that
 * implements this gets a test for each thing; each has the life of a test of its own, with {@code @BeforeEach} and all.
 *
 * <p>Docker gives a container that was killed and started again another published port, unless it was told one: let the client
 * ask {@link Faultline#mappedPort} for it whenever it connects, or fix the port.
 */
@FaultlineTest
public interface ResilienceContract {

    /** What the client depends on; running, and with the client connected to it or able to connect. */
    ContainerState dependency();

    /**
     * What the client knows of its connections, without asking anybody. Called from another thread than the work. Where a
     * client knows nothing of the kind, return {@code true} and {@linkplain #skipped skip} what needs it.
     */
    boolean isHealthy();

    /**
     * Does one unit of work through the dependency: returns when it was really done, and throws when it could not be. Called
     * from one thread alone, which is never interrupted. A resilient client does either within 2.5 s.
     */
    void doUnitOfWork() throws Exception;

    /** Names of scenarios that are not played, and why: they show as skipped, with that reason. */
    default Map<String, String> skipped() {
        return Map.of();
    }

    /** Values of scenarios' parameters by name: {@code fails-within}, {@code recovers-within}, {@code notices-within}. */
    default Map<String, String> settings() {
        return Map.of();
    }

    /** Plays one scenario; one after another also where tests run in parallel, since they may share a container. */
    @TestTemplate
    @Execution(ExecutionMode.SAME_THREAD)
    @ExtendWith(ContractExtension.class)
    default void copesWith(ContractScenario scenario, Faultline faultline) {
        scenario.play(this, faultline);
    }
}
