package io.faultline.junit;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.Faultline;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.NoEffectError;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.InOneFolder;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What the extension does at the end of a test, however that ends. */
class FaultlineExtensionDockerIT {

    static final Peer PEER = new Peer();

    @TempDir
    Path reports;

    @BeforeAll
    static void start() {
        PEER.start();
    }

    @AfterAll
    static void stop() {
        PEER.stop();
    }

    private EngineExecutionResults run(Class<?> testCase) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "false")
                .outputDirectoryCreator(new InOneFolder(reports))
                .execute();
    }

    private static void assertNothingIsLeft() {
        try (Rules rules = Rules.of(PEER);
                Rules host = Rules.ofHost()) {
            assertThat(rules.ours()).isEmpty();
            assertThat(host.oursAt(List.of(PEER))).isEmpty();
        }
    }

    /** Cuts the peer, and lets a packet meet the cut. */
    static void cut(Faultline faultline, Peer peer) {
        faultline.inject(Partition.of(peer.target()));
        assertThat(answers(peer)).isFalse();
    }

    static boolean answers(Peer peer) {
        try (Socket socket = peer.connectDirectly()) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Condition<Throwable> suppressing(String text) {
        Predicate<Throwable> suppresses = failure -> Stream.of(failure.getSuppressed())
                .anyMatch(each -> each.getMessage().contains(text));
        return new Condition<>(suppresses, "suppressing '%s'", text);
    }

    @Test
    void healsWhatATestLeavesOpenAndAttachesItsJournal() throws Exception {
        EngineExecutionResults results = run(LeavesOpenTestCase.class);

        results.testEvents().assertStatistics(stats -> stats.succeeded(1).failed(0));
        assertNothingIsLeft();
        assertThat(reports.resolve("faultline-journal.json")).isRegularFile();
        assertThat(Files.readString(reports.resolve("faultline-journal.json"))).contains("IN_FORCE", "HEALED");
    }

    @FaultlineTest
    static class LeavesOpenTestCase {
        @Test
        void leavesOpen(Faultline faultline) {
            cut(faultline, PEER);
        }
    }

    @Test
    void failsATestThatWouldBeGreenWithoutMeaning() {
        EngineExecutionResults results = run(MeaninglessTestCase.class);

        results.testEvents()
                .finished()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(NoEffectError.class), message(text -> text.contains("had no effect"))))
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(IllegalStateException.class), message(text -> text.contains("Add .within"))))
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(IllegalStateException.class),
                                message(text -> text.contains("Add .expect"))));
        assertNothingIsLeft();
    }

    @FaultlineTest
    static class MeaninglessTestCase {
        @Test
        void cutsWhatNobodyUses(Faultline faultline) {
            faultline.inject(Partition.of(PEER.target()));
        }

        @Test
        void forgetsTheBound(Faultline faultline) {
            faultline.during(Partition.of(PEER.target())).expect("something", () -> true);
        }

        @Test
        void forgetsTheExpectation(Faultline faultline) {
            faultline.during(Partition.of(PEER.target()));
        }
    }

    @Test
    void healsWhenATestFailsAndShowsTheTimelineInTheFailure() {
        EngineExecutionResults results = run(FailsTestCase.class);

        results.testEvents()
                .finished()
                .assertThatEvents()
                .haveExactly(1, finishedWithFailure(message("the user's own assertion"), suppressing("in force")));
        results.testEvents().reportingEntryPublished().assertThatEvents().isNotEmpty();
        assertNothingIsLeft();
    }

    @FaultlineTest
    static class FailsTestCase {
        @Test
        void fails(Faultline faultline) {
            cut(faultline, PEER);
            throw new AssertionError("the user's own assertion");
        }
    }

    @Test
    void healsWhenATestTimesOutInEitherThreadModeOrIsInterrupted() {
        EngineExecutionResults results = run(TimesOutTestCase.class);

        results.testEvents()
                .finished()
                .assertThatEvents()
                .haveExactly(2, finishedWithFailure(instanceOf(TimeoutException.class)))
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(InconclusiveError.class),
                                message(text -> String.valueOf(text).contains("Interrupted while waiting"))));
        assertNothingIsLeft();
    }

    @FaultlineTest
    static class TimesOutTestCase {
        @Test
        @Timeout(1)
        void inTheSameThread(Faultline faultline) {
            waitsForEver(faultline);
        }

        @Test
        @Timeout(value = 1, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void inASeparateThread(Faultline faultline) {
            waitsForEver(faultline);
        }

        @Test
        void isInterrupted(Faultline faultline) {
            Thread.currentThread().interrupt();
            waitsForEver(faultline);
        }

        private static void waitsForEver(Faultline faultline) {
            faultline
                    .during(Partition.of(PEER.target()))
                    .expect("what never comes", () -> false)
                    .within(ofSeconds(60));
        }
    }

    @Test
    void healsBeforeTheContainersClose() {
        EngineExecutionResults results = run(OwnContainerTestCase.class);

        results.testEvents().assertStatistics(stats -> stats.succeeded(1).failed(0));
        assertThat(OwnContainerTestCase.answeredWhenStopping).isTrue();
    }

    @Testcontainers
    @FaultlineTest
    static class OwnContainerTestCase {
        static volatile boolean answeredWhenStopping;

        @Container
        private final Peer peer = new Peer() {
            @Override
            protected void containerIsStopping(InspectContainerResponse info) {
                answeredWhenStopping = answers(this);
            }
        };

        @Test
        void leavesOpen(Faultline faultline) {
            cut(faultline, peer);
        }
    }

    @Test
    void keepsAClassesFaultOpenThroughItsTests() {
        EngineExecutionResults results = run(ClassFaultTestCase.class);

        results.testEvents().assertStatistics(stats -> stats.succeeded(2).failed(0));
        assertNothingIsLeft();
    }

    @FaultlineTest
    static class ClassFaultTestCase {
        @BeforeAll
        static void cutAll(Faultline faultline) {
            cut(faultline, PEER);
        }

        @Test
        void isCut() {
            assertThat(answers(PEER)).isFalse();
        }

        @Test
        void isStillCut(Faultline ownOne) {
            assertThat(ownOne.journal().events()).isEmpty();
            assertThat(answers(PEER)).isFalse();
        }
    }
}
