package io.faultline.scenario.junit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.junit.FaultlineTest;
import io.faultline.scenario.Variant;
import io.faultline.scenario.reference.Program;
import io.faultline.scenario.reference.ReferenceSystem;
import io.faultline.scenario.reference.SystemMember;
import io.faultline.verify.BrokenError;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.testcontainers.containers.ContainerState;

/** Dynamic tests, on the containers of a test and on reference systems. */
@FaultlineTest
class ScenariosDockerIT {

    private ReferenceSystem system;
    private ContainerState web;
    private ContainerState redis;

    @BeforeEach
    void start(Faultline faultline) throws InterruptedException {
        system = ReferenceSystem.start(
                faultline.run(),
                faultline,
                List.of(
                        new SystemMember("client", Program.PYTHON_SERVICE, "", Map.of(), false),
                        new SystemMember("dependency", Program.REDIS, "", Map.of(), false)),
                what -> {});
        web = system.container("client");
        redis = system.container("dependency");
    }

    @AfterEach
    void stop() {
        system.close();
    }

    // snippet: factory
    @TestFactory
    Stream<DynamicTest> copesWithWhatHappensToItsDependency(Faultline faultline) {
        return Scenarios.catalog()
                .named("paused-dependency")
                .on(Map.of("client", web, "dependency", redis))
                .set("fails-within", "4s")
                .tests(faultline);
    }
    // end snippet

    @Test
    void aTestOfItsOwnRunThrowsWhatANaiveClientDoesWrong() {
        DynamicTest test = Scenarios.catalog()
                .named("paused-dependency")
                .variant(Variant.NAIVE)
                .tests()
                .findFirst()
                .orElseThrow();

        assertThatThrownBy(() -> test.getExecutable().execute())
                .isInstanceOf(BrokenError.class)
                .hasMessageStartingWith("BROKEN: ");
    }

    @Test
    void aRoleThatNobodyPlaysIsToldOf(Faultline faultline) {
        DynamicTest test = Scenarios.catalog()
                .named("paused-dependency")
                .on(Map.of("client", web))
                .tests(faultline)
                .findFirst()
                .orElseThrow();

        assertThatThrownBy(() -> test.getExecutable().execute())
                .hasMessageContaining("INCONCLUSIVE: Nobody plays the role \"dependency\"");
    }
}
