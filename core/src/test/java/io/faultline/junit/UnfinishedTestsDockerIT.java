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
import io.faultline.inject.Injection;
import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a test leaves under way when it ends, in its own thread or in another. */
@Timeout(120)
class UnfinishedTestsDockerIT {

    static final Peer PEER = new Peer();
    static final List<Throwable> CAUGHT = new CopyOnWriteArrayList<>();
    static final List<Thread> STARTED = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        PEER.start();
    }

    @AfterAll
    static void stop() {
        PEER.stop();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (Thread thread : STARTED) {
            thread.interrupt();
            thread.join();
        }
        STARTED.clear();
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

    /** Whether the last fault is in force. */
    static boolean isInForce(Faultline faultline) {
        return faultline.journal().events().stream()
                .map(Event::kind)
                .filter(List.of(Kind.IN_FORCE, Kind.HEALED)::contains)
                .reduce((older, newer) -> newer)
                .filter(Kind.IN_FORCE::equals)
                .isPresent();
    }

    static void swallow(Runnable act) {
        try {
            act.run();
        } catch (AssertionError e) {
            CAUGHT.add(e);
        }
    }

    static Thread started(String name, Runnable act) {
        Thread thread = new Thread(act, name);
        thread.setUncaughtExceptionHandler((which, failure) -> CAUGHT.add(failure));
        STARTED.add(thread);
        thread.start();
        return thread;
    }

    @Test
    void failsATestWhoseFaultAnotherThreadHasLeftOpenAndTellsWhere() {
        Map<String, List<Throwable>> failures = run(LeaksTestCase.class);

        assertThat(failures.get("leavesItOpen(Faultline)"))
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContainingAll(
                                "Partition[\"peer\"] was opened in thread \"leaking\"",
                                "was still open when the test ended")
                        .cause()
                        .hasMessage("Partition[\"peer\"] was opened here")
                        .hasStackTraceContaining("LeaksTestCase.cut"));
        assertThat(failures.get("closesIt(Faultline)")).isEmpty();
        assertThat(failures.get("isTheTestsThreadThoughJUnitHasStartedIt(Faultline)"))
                .isEmpty();
    }

    @FaultlineTest
    static class LeaksTestCase {
        private static Injection cut(Faultline faultline) {
            Injection cut = faultline.inject(Partition.of(PEER.target()));
            assertThat(FaultlineExtensionDockerIT.answers(PEER)).isFalse();
            return cut;
        }

        @Test
        void leavesItOpen(Faultline faultline) throws Exception {
            started("leaking", () -> cut(faultline)).join();
        }

        @Test
        void closesIt(Faultline faultline) throws Exception {
            started("tidy", () -> cut(faultline).close()).join();
        }

        @Test
        @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void isTheTestsThreadThoughJUnitHasStartedIt(Faultline faultline) {
            cut(faultline);
        }
    }

    @Test
    void failsATestThatEndsWhileAnotherThreadWaits() {
        Map<String, List<Throwable>> failures = run(GoesOnTestCase.class);

        assertThat(failures.get("endsBefore(Faultline)"))
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContainingAll(
                                "\"what never comes\" under Partition[\"peer\"] was still waited for in thread \"waiting\"",
                                "there is no verdict")
                        .hasStackTraceContaining("GoesOnTestCase.lambda$endsBefore"));
    }

    @FaultlineTest
    static class GoesOnTestCase {
        @Test
        void endsBefore(Faultline faultline) throws Exception {
            CountDownLatch injected = new CountDownLatch(1);
            started(
                    "waiting",
                    () -> faultline
                            .during(Partition.of(PEER.target()))
                            .expect("what never comes", () -> {
                                if (isInForce(faultline)) {
                                    injected.countDown();
                                }
                                return false;
                            })
                            .within(ofSeconds(60)));
            assertThat(injected.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void tellsAllThatWasBegunAndForgottenInAnyThread() {
        Map<String, List<Throwable>> failures = run(ForgetsTestCase.class);

        assertThat(all(failures.get("forgets(Faultline)")))
                .hasSize(4)
                .allSatisfy(failure -> assertThat(failure).hasStackTraceContaining("ForgetsTestCase"))
                .extracting(Throwable::getMessage)
                .satisfiesExactlyInAnyOrder(
                        text -> assertThat(text).contains("\"one\"", "Add .within"),
                        text -> assertThat(text).contains("\"two\"", "Add .within"),
                        text -> assertThat(text).contains("Add .expect"),
                        text -> assertThat(text).contains("terminate(", "Add .within"));
    }

    @FaultlineTest
    static class ForgetsTestCase {
        @Test
        void forgets(Faultline faultline) throws Exception {
            started("forgetful", () -> {
                        faultline.during(Partition.of(PEER.target())).expect("one", () -> true);
                        faultline.during(Partition.of(PEER.target()));
                        faultline.terminate(PEER.target());
                    })
                    .join();
            faultline.during(Partition.of(PEER.target())).expect("two", () -> true);
        }
    }

    @Test
    void tellsWhoeverHasOpenedAFaultlineOfWhatOtherThreadsWereThrownAlone() throws Exception {
        try (Faultline faultline = Faultline.open()) {
            swallow(() -> judge(faultline));
        }
        Faultline faultline = Faultline.open();
        started("elsewhere", () -> judge(faultline)).join();

        assertThat(assertThrows(AssertionError.class, faultline::close))
                .hasMessageStartingWith("InconclusiveError was thrown in thread \"elsewhere\", and was lost");
    }

    @Test
    void beginsNothingForATestThatHasEnded() {
        Faultline faultline = Faultline.open();
        faultline.close();

        assertThat(assertThrows(IllegalStateException.class, () -> faultline.during(Partition.of(PEER.target()))))
                .hasMessageContainingAll("Cannot begin during(Partition", "has ended");
    }

    @Test
    void explainsATimeoutInEitherThreadModeAndHealsInItsTime() {
        Map<String, List<Throwable>> failures = run(TimesOutTestCase.class);
        requireNothingLeft(); // while the condition goes on to block
        TimesOutTestCase.GATE.complete(false);

        assertThat(all(failures.get("inTheSameThread(Faultline)")))
                .hasAtLeastOneElementOfType(TimeoutException.class)
                .noneMatch(TestCaseFailures::isLost)
                .anySatisfy(failure -> assertThat(failure)
                        .isInstanceOf(InconclusiveError.class)
                        .hasMessage("Interrupted while waiting for \"what never comes\"."));
        assertThat(all(failures.get("inASeparateThreadThatDoesNotEvenObey(Faultline)")))
                .hasAtLeastOneElementOfType(TimeoutException.class)
                .anySatisfy(failure -> assertThat(failure)
                        .hasMessageContainingAll("\"what blocks\" under Partition", "was still waited for in thread")
                        .hasStackTraceContaining("CompletableFuture.join")); // where it hangs
    }

    @FaultlineTest
    static class TimesOutTestCase {
        static final CompletableFuture<Boolean> GATE = new CompletableFuture<>();

        /** So that no agent is started while the time runs. */
        @BeforeEach
        void prepare(Faultline faultline) {
            faultline.inject(Partition.of(PEER.target())).allowNoEffect().close();
        }

        @Test
        @Timeout(5)
        void inTheSameThread(Faultline faultline) {
            faultline
                    .during(Partition.of(PEER.target()))
                    .expect("what never comes", () -> false)
                    .within(ofSeconds(60));
        }

        @Test
        @Timeout(value = 5, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void inASeparateThreadThatDoesNotEvenObey(Faultline faultline) {
            faultline
                    .during(Partition.of(PEER.target()))
                    .expect("what blocks", () -> isInForce(faultline) && GATE.join())
                    .within(ofSeconds(60));
        }
    }
}
