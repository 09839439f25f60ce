package io.faultline.junit;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.suppressed;

import io.faultline.Faultline;
import io.faultline.fault.process.Freeze;
import io.faultline.verify.BrokenError;
import io.faultline.world.StoppingContainer;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What Testcontainers finds when it comes to kill a container is noted, and tells whether it was told to stop before. */
@Timeout(120)
class StopsGracefullyDockerIT {

    static final List<String> NOTES = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        NOTES.clear();
    }

    static StoppingContainer leaver(String manner) {
        return StoppingContainer.in(manner).noting(NOTES::add);
    }

    static boolean serves(StoppingContainer leaver) {
        try (Socket socket = leaver.connect()) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
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
    void tellsASharedContainerToStopAfterAllTestsWhateverTheOrderOfTheAnnotations() {
        assertThat(failuresOf(run(SharedTestCase.class)).count()).isZero();
        assertThat(failuresOf(run(OtherOrderTestCase.class)).count()).isZero();
        assertThat(NOTES).containsExactly("ended with 0", "ended with 0");
    }

    @Testcontainers
    @FaultlineTest
    static class SharedTestCase {
        @Container
        @StopsGracefully(lastLogLine = "bye")
        static final StoppingContainer LEAVER = leaver("graceful");

        @Test
        void uses() {
            assertThat(serves(LEAVER)).isTrue();
        }

        @Test
        void usesItToo() {
            assertThat(serves(LEAVER)).isTrue();
        }

        @AfterAll
        static void stillUsesIt() {
            assertThat(serves(LEAVER)).isTrue();
        }
    }

    @FaultlineTest
    @Testcontainers
    static class OtherOrderTestCase {
        @Container
        @StopsGracefully
        static final StoppingContainer LEAVER = leaver("graceful");

        @Test
        void uses() {
            assertThat(serves(LEAVER)).isTrue();
        }
    }

    @Test
    void tellsAContainerOfItsOwnToStopAfterEachTest() {
        EngineExecutionResults results = run(OwnTestCase.class);

        results.testEvents().assertStatistics(stats -> stats.succeeded(1).failed(2));
        results.testEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(BrokenError.class), message(text -> text.contains("exit code was 7"))))
                .haveExactly(
                        1,
                        finishedWithFailure(
                                message("the user's own assertion"),
                                suppressed(
                                        0,
                                        instanceOf(BrokenError.class),
                                        message(text -> text.contains("exit code was 7")))));
        assertThat(NOTES).containsExactlyInAnyOrder("ended with 7", "ended with 7", "ended with 7");
    }

    @FaultlineTest
    @Testcontainers
    @Execution(ExecutionMode.CONCURRENT)
    @TestInstance(TestInstance.Lifecycle.PER_METHOD)
    static class OwnTestCase {
        @Container
        @StopsGracefully
        StoppingContainer leaver = leaver("failing");

        @Test
        void isAsItIs() {}

        @Test
        void failsAsWell() {
            throw new AssertionError("the user's own assertion");
        }

        @Test
        void terminatesItAndIsJudgedThere(Faultline faultline) {
            faultline.terminate(leaver.target()).exitCode(7).within(ofSeconds(5));
        }
    }

    @Test
    void healsBeforeItTellsThemToStop() {
        assertThat(failuresOf(run(FrozenTestCase.class)).count()).isZero();
        assertThat(NOTES).containsExactly("ended with 0");
    }

    @FaultlineTest
    @Testcontainers
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class FrozenTestCase {
        @Container
        @StopsGracefully(within = "5s")
        StoppingContainer leaver = leaver("graceful");

        @Test
        void leavesItFrozen(Faultline faultline) {
            faultline.inject(Freeze.of(leaver.target()));
        }
    }

    @Test
    void endsWithEachClassWhatItsFieldsHoldAndThoseThatItExtends() {
        EngineExecutionResults results = run(OuterTestCase.class);

        assertThat(failuresOf(results).count()).isZero();
        // Of each test the one of the outer instance; then the nested class's own, and at last what the outer one
        // inherits.
        assertThat(NOTES).containsExactly("ended with 0", "ended with 0", "ended with 0");
    }

    @FaultlineTest
    @Testcontainers
    abstract static class AboveTestCase {
        @Container
        @StopsGracefully
        static final StoppingContainer INHERITED = leaver("graceful");
    }

    static class OuterTestCase extends AboveTestCase {
        @Container
        @StopsGracefully
        final StoppingContainer own = leaver("graceful");

        @Nested
        class Inside extends AboveTestCase {
            @Container
            @StopsGracefully
            static final StoppingContainer NESTED = leaver("graceful");

            @Test
            void usesAll() {
                assertThat(serves(own)).isTrue();
                assertThat(serves(NESTED)).isTrue();
                assertThat(serves(INHERITED)).isTrue();
            }

            @AfterEach
            void stillUsesIt() {
                assertThat(serves(own)).isTrue();
            }
        }

        @AfterAll
        static void stillUsesWhatItInherits() {
            assertThat(serves(INHERITED)).isTrue();
        }
    }
}
