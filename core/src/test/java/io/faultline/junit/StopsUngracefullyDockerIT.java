package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.faultline.verify.BrokenError;
import io.faultline.world.StoppingContainer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** A container that does not stop as it was to, or cannot be told to, fails its test or its class. */
@Timeout(120)
class StopsUngracefullyDockerIT {

    static final List<String> NOTES = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        NOTES.clear();
    }

    static StoppingContainer leaver(String manner) {
        return StoppingContainer.in(manner).noting(NOTES::add);
    }

    private static EngineExecutionResults run(Class<?> testCase) {
        return InnerRun.of(EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "true"));
    }

    private static Events failuresOf(EngineExecutionResults results) {
        return results.allEvents().failed();
    }

    @Test
    void failsTheClassOfASharedContainerThatDoesNotStop() {
        EngineExecutionResults results = run(DeafTestCase.class);

        results.testEvents().assertStatistics(stats -> stats.succeeded(1).failed(0));
        results.containerEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(BrokenError.class),
                                message(text -> text.contains("\"leaver\" did not end within 1.00 s of SIGQUIT")
                                        && text.contains("does not catch SIGQUIT"))));
        assertThat(NOTES).containsExactly("running");
    }

    /** Not even a FaultlineTest: the annotation is not silently without effect. */
    @Testcontainers
    static class DeafTestCase {
        @Container
        @StopsGracefully(within = "1s", signal = "QUIT")
        static final StoppingContainer leaver = leaver("deaf");

        @Test
        void passes() {}
    }

    @Test
    void isNotGreenForAContainerThatDoesNotRunAnyMore() {
        EngineExecutionResults results = run(KilledTestCase.class);

        results.testEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(IllegalStateException.class),
                                message(text ->
                                        text.startsWith("@StopsGracefully on \"leaver\": the container does not run")
                                                && text.contains("nothing was checked"))))
                .haveExactly(1, finishedWithFailure(message("killed it, and failed")));
        assertThat(failuresOf(results).count()).isEqualTo(2);
    }

    @FaultlineTest
    @Testcontainers
    static class KilledTestCase {
        @Container
        @StopsGracefully
        StoppingContainer leaver = leaver("graceful");

        @Test
        void kills() {
            DockerClientFactory.lazyClient()
                    .killContainerCmd(leaver.getContainerId())
                    .exec();
        }

        @Test
        void killsAndFails() {
            leaver.stop();
            throw new AssertionError("killed it, and failed");
        }
    }

    @Test
    void refusesWhatCannotBeBeforeAnyTestRuns() {
        EngineExecutionResults results = run(MistakenTestCase.class);

        results.testEvents().assertStatistics(stats -> stats.started(0));
        results.containerEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(ExtensionConfigurationException.class),
                                message(text -> text.contains(
                                                "@StopsGracefully on \"leaver\": within: Invalid duration \"soon\"")
                                        && text.contains("\"other\": without @Container"))));
    }

    @FaultlineTest
    @Testcontainers
    static class MistakenTestCase {
        @Container
        @StopsGracefully(within = "soon")
        static final StoppingContainer leaver = leaver("graceful");

        @StopsGracefully
        StoppingContainer other = leaver("graceful");

        @Test
        void isNotEvenRun() {
            throw new IllegalStateException("its annotations cannot be understood");
        }
    }
}
