package io.faultline.junit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.skippedWithReason;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.faultline.docker.DockerRun;
import io.faultline.topology.KernelFeatures;
import io.faultline.world.InOneFolder;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Tests that need what the kernel cannot do. */
class UnmetNeedDockerIT {

    @TempDir
    Path reports;

    private EngineExecutionResults run(Class<?> testCase, Map<String, String> configuration) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "false")
                .configurationParameters(configuration)
                .outputDirectoryCreator(new InOneFolder(reports))
                .execute();
    }

    private EngineExecutionResults run(Class<?> testCase) {
        return run(testCase, Map.of());
    }

    @Test
    void skipsWithTheReasonWhatTheKernelCannotDoAndFailsInStrictMode() {
        Need missing = Stream.of(Need.values())
                .filter(need -> !need.isMetBy(kernel()))
                .findFirst()
                .orElse(null);
        assumeTrue(missing == Need.NETEM, "this kernel lacks nothing that a test could need");

        run(NeedsNetemTestCase.class)
                .testEvents()
                .assertThatEvents()
                .haveExactly(1, skippedWithReason(reason -> reason.contains("sch_netem")));
        run(NeedsNetemTestCase.class, Map.of("faultline.strict", "true"))
                .testEvents()
                .assertThatEvents()
                .haveExactly(1, finishedWithFailure(message(text -> text.contains("sch_netem"))));
    }

    private static KernelFeatures kernel() {
        try (DockerRun run = DockerRun.open()) {
            return run.kernel();
        }
    }

    @FaultlineTest
    static class NeedsNetemTestCase {
        @Test
        @Needs(Need.NETEM)
        void needsNetem() {
            throw new AssertionError("this ran without what it needs");
        }
    }
}
