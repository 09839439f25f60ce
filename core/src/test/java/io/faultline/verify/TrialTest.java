package io.faultline.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.faultline.inject.Injector;
import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Detector;
import io.faultline.observe.FailureClass;
import io.faultline.observe.TcpSocket;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.FakeSource;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TrialTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final FakeFault FAULT = FakeFault.of("Cut", FakeEffect.in(1));
    private static final String IDLE = "ESTAB 0 0 172.17.0.1:5 172.17.0.2:6379 ino:1 sk:1\n";

    private final FakeSource source = new FakeSource();
    private final FakeAgent agent = source.fake();
    private final Journal journal = new Journal();
    private final Injector injector = new Injector(source.ledger(), journal);

    @Test
    void refusesTheNextExpectationWhileOneHasNoBound() {
        Trial trial = trial("");
        trial.expect("it notices", this::isInjected);

        assertThatThrownBy(() -> trial.expect("something else", this::isInjected))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"it notices\"")
                .hasMessageContaining("Add .within");
        assertThatThrownBy(() -> trial.afterHealing("something else", this::isHealed))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isInconclusiveIfALaterExpectationIsTrueWhenItIsFirstLookedAt() {
        agent.count(3);
        Trial trial = trial("").expect("it notices", this::isInjected).within(LONG);

        assertThatThrownBy(() -> trial.expect("always true", () -> true).within(LONG))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("may have been true before the fault");
    }

    @Test
    void isNotUnfinishedIfItsInjectionWasRefused() {
        Trial trial = trial("");
        assertThatThrownBy(() -> trial.expect("it notices", () -> {
                            throw new IllegalStateException("cannot look");
                        })
                        .within(LONG))
                .isInstanceOf(InconclusiveError.class);
        assertThat(trial.unfinished()).isEmpty();
    }

    @Test
    void holdsIfTheClientNoticesUnderTheFaultAndComesBackAfterIt() {
        agent.count(3);
        Trial trial = trial("")
                .expect("it notices", this::isInjected)
                .within(LONG)
                .afterHealing("it is back", this::isHealed)
                .within(LONG);

        assertThat(trial.verdict().map(Verdict::outcome)).contains(Outcome.HELD);
        assertThat(trial.timeToDetect())
                .hasValueSatisfying(took -> assertThat(took).isBetween(Duration.ZERO, LONG));
        assertThat(trial.timeToRecover())
                .hasValueSatisfying(took -> assertThat(took).isBetween(Duration.ZERO, LONG));
        assertThat(trial.unfinished()).isEmpty();
        assertThat(journal.events())
                .extracting(Event::kind)
                .containsSubsequence(
                        Kind.STEADY,
                        Kind.INJECT,
                        Kind.IN_FORCE,
                        Kind.PREDICTED,
                        Kind.DETECTED,
                        Kind.VERDICT,
                        Kind.HEAL,
                        Kind.HEALED,
                        Kind.RECOVERED,
                        Kind.VERDICT);
    }

    @Test
    void isInconclusiveIfTheClientNoticesButNoPacketWasDropped() {
        assertThatThrownBy(
                        () -> trial("").expect("it notices", this::isInjected).within(LONG))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("no packet of the client's was dropped");
        assertHealed();
    }

    @Test
    void isInconclusiveIfTheEvidenceIsSpoiled() {
        agent.on("read", request -> {
            var answer = FakeAgent.counted(request, 5);
            answer.addProperty("target_alive", false);
            return answer;
        });

        assertThatThrownBy(
                        () -> trial("").expect("it notices", this::isInjected).within(LONG))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("the target's process died");
        assertHealed();
    }

    @Test
    void isInconclusiveIfTheEvidenceCannotBeRead() {
        agent.on("read", request -> FakeAgent.refusal(request, "iptables-save failed"));

        assertThatThrownBy(
                        () -> trial("").expect("it notices", this::isInjected).within(LONG))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("iptables-save failed");
        assertHealed();
    }

    @Test
    void isInconclusiveAndInjectsNothingIfItWasTrueBefore() {
        assertThatThrownBy(() -> trial("").expect("it notices", () -> true).within(LONG))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("was true before the fault already");
        assertThat(agent.asked()).isEmpty();
    }

    @Test
    void isBrokenWithThePredictionIfANaiveIdleClientNeverNotices() {
        BrokenError error = catchThrowableOfType(
                BrokenError.class,
                () -> trial(IDLE).expect("it notices", () -> false).within(SHORT));

        assertThat(error)
                .hasMessageContainingAll(
                        "BROKEN: \"it notices\" did not come true within 0.03 s.",
                        "Before the fault, the connection to 172.17.0.2:6379: no keepalive is armed",
                        "SO_KEEPALIVE",
                        "in force     Cut is in force"); // the timeline
        assertHealed();
    }

    @Test
    void isInconclusiveIfNothingOfTheClientWasSeenAtAll() {
        String elsewhere = "ESTAB 0 0 172.17.0.1:5 10.9.9.9:6379 ino:1 sk:1\n";

        for (String sockets : List.of("", elsewhere)) {
            assertThatThrownBy(() ->
                            trial(sockets).expect("it notices", () -> false).within(SHORT))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("no connection of the client to the target was seen");
        }
    }

    @Test
    void isBrokenIfTheClientDoesNotComeBack() {
        agent.count(3);
        Trial.Bound back =
                trial("").expect("it notices", this::isInjected).within(LONG).afterHealing("it is back", () -> false);

        assertThatThrownBy(() -> back.within(SHORT))
                .isInstanceOf(BrokenError.class)
                .hasMessageContaining("did not come true within 0.03 s after healing");
        assertHealed();
    }

    @Test
    void believesTheClientsOwnWordForTheInstantAndTheFailure() {
        agent.count(3);
        Detector detector = new Detector();
        detector.noticed(); // before the fault: does not count
        long[] noticed = new long[1];
        journal.onEvent(event -> {
            if (event.kind() == Kind.PREDICTED) {
                detector.noticed(new SocketException("Connection reset"));
                noticed[0] = System.nanoTime();
            }
        });

        Trial trial = trial("").expect("it notices", detector).within(LONG);

        assertThat(trial.detection()).hasValueSatisfying(seen -> {
            assertThat(seen.failure()).contains(FailureClass.RESET);
            assertThat(seen.uncertainty()).isZero();
            assertThat(seen.firstAfterNanos()).isLessThanOrEqualTo(noticed[0]);
        });
    }

    @Test
    void doesNotTakeWhatADetectorHeardBeforeTheFaultForASecondExpectation() {
        agent.count(3);
        Detector detector = new Detector();
        detector.noticed();
        Trial trial = trial("").expect("it notices", this::isInjected).within(LONG);

        assertThatThrownBy(() -> trial.expect("it says so", detector).within(LONG))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("before the fault was in force");
    }

    @Test
    void judgesNothingUnderAFaultThatIsHealed() {
        agent.count(3);
        Trial trial = trial("")
                .expect("it notices", this::isInjected)
                .within(LONG)
                .afterHealing("it is back", this::isHealed)
                .within(LONG);

        assertThatThrownBy(() -> trial.expect("it still serves", () -> true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("would be judged without the fault");
        assertThatThrownBy(() -> trial.expect("it says so", new Detector())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hasNothingToHealBeforeAnExpectation() {
        assertThatThrownBy(
                        () -> trial("").afterHealing("it is back", () -> true).within(LONG))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has nothing to heal");
    }

    @Test
    void refusesABoundThatIsNotPositiveBeforeAnythingIsTouched() {
        for (Duration bound : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
            assertThatThrownBy(() -> trial("").expect("it notices", () -> false).within(bound))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the bound must be longer than zero");
        }
        assertThat(agent.asked()).isEmpty();
    }

    @Test
    void tellsWhatIsMissingForItToMeanAnything() {
        Trial empty = trial("");
        assertThat(empty.unfinished())
                .hasValueSatisfying(
                        problem -> assertThat(problem).hasMessageContaining("during(Cut) was given no expectation"));

        empty.expect("it notices", () -> false);
        assertThat(empty.unfinished())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .hasMessageContainingAll("\"it notices\" under Cut was given no bound", ".within(")
                        .cause()
                        .hasMessage("during(Cut) was begun here"));
    }

    @Test
    void tellsOfAWaitInAnotherThreadWhereItWasBegunAndWhereItIs() throws Exception {
        agent.count(3);
        CountDownLatch looking = new CountDownLatch(1);
        Trial trial = trial("");
        Thread other = new Thread(
                () -> trial.expect("it notices", () -> {
                            if (isInjected()) {
                                looking.countDown();
                            }
                            return false;
                        })
                        .within(LONG),
                "another thread");
        other.setUncaughtExceptionHandler((thread, interrupted) -> {}); // it is told of below
        other.start();
        looking.await();

        assertThat(trial.unfinished())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .hasMessageContainingAll(
                                "\"it notices\" under Cut was still waited for in thread \"another thread\"",
                                "no verdict")
                        .hasSuppressedException(new Throwable("Thread \"another thread\" was here"))
                        .cause()
                        .hasMessage("during(Cut) was begun here"));
        other.interrupt();
        other.join();
        assertThat(trial.unfinished()).isEmpty();
        assertThat(journal.errors().takeUnheard(thread -> true))
                .singleElement()
                .satisfies(lost -> assertThat(lost)
                        .hasMessageContainingAll(
                                "InconclusiveError was thrown in thread \"another thread\", and was lost",
                                "faultline.acknowledge(error)",
                                "Interrupted while waiting"));
    }

    @Test
    void missesABoundOfALaterExpectationToo() {
        agent.count(3);
        Trial trial = trial("").expect("it notices", this::isInjected).within(LONG);
        trial.afterHealing("it is back", () -> true);

        assertThat(trial.unfinished())
                .hasValueSatisfying(problem -> assertThat(problem).hasMessageContaining("\"it is back\""));
    }

    @Test
    void healsBeforeItThrowsIfItCannotLook() {
        AtomicInteger looks = new AtomicInteger();

        assertThatThrownBy(() -> trial("")
                        .expect("it notices", () -> {
                            if (looks.incrementAndGet() > 2) {
                                throw new IOException("no route to the probe");
                            }
                            return false;
                        })
                        .within(LONG))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("no route to the probe");
        assertHealed();
    }

    @Test
    void healsBeforeItThrowsIfItIsInterruptedAndKeepsTheInterrupt() {
        AtomicInteger looks = new AtomicInteger();
        Throwable thrown = catchThrowable(() -> trial("")
                .expect("it notices", () -> {
                    if (looks.incrementAndGet() > 2) {
                        Thread.currentThread().interrupt();
                    }
                    return false;
                })
                .within(LONG));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(InconclusiveError.class).hasMessageContaining("Interrupted");
        assertHealed();
    }

    @Test
    void addsAFailedHealToTheErrorThatItThrows() {
        agent.on("heal", request -> FakeAgent.refusal(request, "stuck"));

        Throwable thrown = catchThrowable(
                () -> trial(IDLE).expect("it notices", () -> false).within(SHORT));

        assertThat(thrown).isInstanceOf(BrokenError.class);
        assertThat(thrown.getSuppressed())
                .singleElement()
                .satisfies(heal -> assertThat(heal).hasMessageContaining("stuck"));
    }

    @Test
    void goesOnWithoutAPredictionWhereTheClientsSocketsCannotBeSeen() {
        agent.count(3);
        AtomicBoolean asked = new AtomicBoolean();
        Trial trial = new Trial(FAULT, injector, journal, () -> {
            asked.set(true);
            throw new IllegalStateException("not on Linux");
        });

        trial.expect("it notices", this::isInjected).within(LONG);

        assertThat(asked).isTrue();
        assertThat(journal.events())
                .extracting(Event::text)
                .contains("the client's sockets cannot be seen: not on Linux");
    }

    private Trial trial(String ss) {
        return new Trial(FAULT, injector, journal, () -> TcpSocket.parse(ss));
    }

    private boolean isInjected() {
        return journal.events().stream().anyMatch(event -> event.kind() == Kind.PREDICTED);
    }

    private boolean isHealed() {
        return agent.asked().contains("heal 1");
    }

    private void assertHealed() {
        assertThat(agent.asked()).contains("open 1", "heal 1");
    }
}
