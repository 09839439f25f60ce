package io.faultline.junit;

import static io.faultline.junit.TestCaseFailures.all;
import static io.faultline.junit.TestCaseFailures.run;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.faultline.Faultline;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.NoEffectError;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What would be green by accident, because an alarm rang where nobody was. */
@Timeout(120)
class LostVerdictsDockerIT {

    static final Peer PEER = new Peer();
    static final List<Throwable> CAUGHT = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        PEER.start();
    }

    @AfterAll
    static void stop() {
        PEER.stop();
    }

    @AfterEach
    void nothingIsLeft() {
        CAUGHT.clear();
        requireNothingLeft();
    }

    private static void requireNothingLeft() {
        try (Rules rules = Rules.of(PEER);
                Rules host = Rules.ofHost()) {
            // What a test that has ended was still injecting is taken back by the agent, without anybody who waits.
            await().atMost(ofSeconds(10)).untilAsserted(() -> {
                assertThat(rules.ours()).isEmpty();
                assertThat(host.oursAt(List.of(PEER))).isEmpty();
            });
        }
    }

    /** Nobody uses the peer, so it is INCONCLUSIVE. */
    static void judge(Faultline faultline) {
        faultline
                .during(Partition.of(PEER.target()))
                .expect("what never comes", () -> false)
                .within(ofMillis(50));
    }

    static void swallow(Runnable act) {
        try {
            act.run();
        } catch (AssertionError e) {
            CAUGHT.add(e);
        }
    }

    @Test
    void failsATestInWhichAVerdictWasLost() {
        Map<String, List<Throwable>> failures = run(SwallowsTestCase.class);

        assertThat(failures.get("catchesIt(Faultline)"))
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageStartingWith("InconclusiveError was thrown in thread \"")
                        .hasMessageContainingAll("and was lost", "faultline.acknowledge(error)", "INCONCLUSIVE")
                        .cause()
                        .isIn(CAUGHT)
                        .hasStackTraceContaining("LostVerdictsDockerIT.judge"));
        assertThat(failures.get("losesItInAnExecutor(Faultline)"))
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageStartingWith("InconclusiveError was thrown in thread \"pool-")
                        .hasCauseInstanceOf(InconclusiveError.class));
        assertThat(failures.get("losesThatItHadNoEffect(Faultline)"))
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageStartingWith("NoEffectError was thrown in thread \"")
                        .hasCauseInstanceOf(NoEffectError.class));
        assertThat(failures.get("catchesItAndFailsOtherwise(Faultline)"))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("the user's own assertion"))
                .satisfies(failure -> assertThat(failure.getSuppressed()).anyMatch(TestCaseFailures::isLost));
        assertThat(failures.get("catchesIt(Faultline)")).hasSize(1);
    }

    @FaultlineTest
    static class SwallowsTestCase {
        @Test
        void catchesIt(Faultline faultline) {
            swallow(() -> judge(faultline));
        }

        @Test
        void losesItInAnExecutor(Faultline faultline) throws Exception {
            ExecutorService executor = Executors.newSingleThreadExecutor();
            executor.submit(() -> judge(faultline)); // nobody asks for what becomes of it
            executor.shutdown();
            assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void losesThatItHadNoEffect(Faultline faultline) {
            swallow(() -> faultline.inject(Partition.of(PEER.target())).close());
        }

        @Test
        void catchesItAndFailsOtherwise(Faultline faultline) {
            swallow(() -> judge(faultline));
            throw new AssertionError("the user's own assertion");
        }
    }

    @Test
    void doesNotTellAgainOfWhatWasHeardOrAcknowledged() {
        Map<String, List<Throwable>> failures = run(HearsTestCase.class);

        assertThat(failures.get("acknowledgesIt(Faultline)")).isEmpty();
        assertThat(failures.get("acknowledgesWhatItCaused(Faultline)")).isEmpty();
        assertThat(all(failures.get("passesItOn(Faultline)")))
                .noneMatch(TestCaseFailures::isLost)
                .hasAtLeastOneElementOfType(InconclusiveError.class);
        assertThat(all(failures.get("passesItOnFromAnExecutor(Faultline)")))
                .noneMatch(TestCaseFailures::isLost)
                .hasAtLeastOneElementOfType(ExecutionException.class);
        assertThat(failures.get("acknowledgesWhatNobodyThrew(Faultline)"))
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("nothing to acknowledge"));
    }

    @FaultlineTest
    static class HearsTestCase {
        @Test
        void acknowledgesIt(Faultline faultline) {
            InconclusiveError error = assertThrows(InconclusiveError.class, () -> judge(faultline));
            assertThat(faultline.acknowledge(error)).isSameAs(error);
        }

        @Test
        void acknowledgesWhatItCaused(Faultline faultline) {
            Future<Void> judged = CompletableFuture.runAsync(() -> judge(faultline));
            faultline.acknowledge(assertThrows(ExecutionException.class, judged::get));
        }

        @Test
        void passesItOn(Faultline faultline) {
            judge(faultline);
        }

        @Test
        void passesItOnFromAnExecutor(Faultline faultline) throws Exception {
            CompletableFuture.runAsync(() -> judge(faultline)).get();
        }

        @Test
        void acknowledgesWhatNobodyThrew(Faultline faultline) {
            faultline.acknowledge(new AssertionError("something else"));
        }
    }

    @Test
    void knowsThatADynamicTestHasAResultOfItsOwn() {
        Map<String, List<Throwable>> failures = run(DynamicTestCase.class);

        assertThat(failures.get("fails")).singleElement().isInstanceOf(InconclusiveError.class);
        assertThat(failures.get("passesThemOn(Faultline)")).isEmpty();
        assertThat(failures.get("swallows")).isEmpty();
        assertThat(failures.get("losesOne(Faultline)")).singleElement().matches(TestCaseFailures::isLost);
    }

    @FaultlineTest
    static class DynamicTestCase {
        @TestFactory
        Stream<DynamicTest> passesThemOn(Faultline faultline) {
            return Stream.of(DynamicTest.dynamicTest("fails", () -> judge(faultline)));
        }

        @TestFactory
        Stream<DynamicTest> losesOne(Faultline faultline) {
            return Stream.of(DynamicTest.dynamicTest("swallows", () -> swallow(() -> judge(faultline))));
        }
    }

    @Test
    void failsTheClassIfOneOfItsOwnFaultlineWasLostInATest() {
        Map<String, List<Throwable>> failures = run(ClassTestCase.class);

        assertThat(failures.get("passesItOn()")).singleElement().isInstanceOf(InconclusiveError.class);
        assertThat(failures.get("swallowsIt()")).isEmpty();
        assertThat(all(failures.get("LostVerdictsDockerIT$ClassTestCase")))
                .as("one of two")
                .singleElement()
                .matches(TestCaseFailures::isLost)
                .satisfies(failure -> assertThat(failure).cause().isIn(CAUGHT));
    }

    @FaultlineTest
    static class ClassTestCase {
        private static Faultline shared;

        @BeforeAll
        static void share(Faultline faultline) {
            shared = faultline;
        }

        @Test
        void passesItOn() {
            judge(shared);
        }

        @Test
        void swallowsIt() {
            swallow(() -> judge(shared));
        }
    }
}
