package io.faultline.verify;

import static io.faultline.verify.Lab.LONG;
import static io.faultline.verify.Lab.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.observe.Client;
import io.faultline.observe.Condition;
import io.faultline.observe.Detector;
import io.faultline.observe.FailureClass;
import io.faultline.world.FakeAgent;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Sockets;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ExperimentTest {

    private final Lab lab = new Lab();

    @Test
    void holdsIfTheClientNoticesUnderTheFaultAndComesBackAfterIt() {
        Experiment experiment =
                lab.noticed().afterHealing("it is back", lab::isHealed).within(LONG);

        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.AS_EXPECTED);
        assertThat(experiment.timeToDetect())
                .hasValueSatisfying(took -> assertThat(took).isBetween(Duration.ZERO, LONG));
        assertThat(experiment.timeToRecover())
                .hasValueSatisfying(took -> assertThat(took).isBetween(Duration.ZERO, LONG));
        assertThat(experiment.unfinished()).isEmpty();
        assertThat(lab.journal.events())
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
    void saysWhatOfTheClientsMetTheFault() {
        assertThat(lab.noticed().verdict().flatMap(Verdict::attribution))
                .contains("its connection to 172.17.0.2:6379 sent data");
    }

    @Test
    void isInconclusiveIfTheClientNoticesButNothingWasDropped() {
        lab.agent.count(0);

        requireInconclusive(Cause.NO_EFFECT, lab.experiment(), lab::notices, "the fault had no effect by then");
        lab.requireHealed();
    }

    @Test
    void isInconclusiveIfTheEvidenceIsSpoiled() {
        lab.agent.on("read", request -> {
            var answer = FakeAgent.counted(request, 5);
            answer.addProperty("target_alive", false);
            return answer;
        });

        requireInconclusive(Cause.INVALIDATED, lab.experiment(), lab::notices, "the target's process died");
        lab.requireHealed();
    }

    @Test
    void isInconclusiveIfTheEvidenceCannotBeRead() {
        lab.agent.on("read", request -> FakeAgent.refusal(request, "iptables-save failed"));

        requireInconclusive(Cause.NOT_OBSERVABLE, lab.experiment(), lab::notices, "iptables-save failed");
        lab.requireHealed();
    }

    @Test
    void isInconclusiveAndInjectsNothingIfItWasTrueBefore() {
        requireInconclusive(Cause.TRUE_BEFORE, lab.experiment(), () -> true, "was true before the fault already");
        assertThat(lab.agent.asked()).isEmpty();
    }

    @Test
    void isInconclusiveIfItComesTrueWhileASilentFaultIsInjected() {
        CountDownLatch opened = new CountDownLatch(1);
        lab.agent.on("open", request -> {
            opened.countDown();
            awaitSeen();
            return FakeAgent.opened(request, System.nanoTime());
        });

        requireInconclusive(
                Cause.CAME_TRUE_WHILE_INJECTING,
                lab.experiment(),
                () -> {
                    boolean seen = opened.getCount() == 0;
                    if (seen) {
                        seenWhileOpening.countDown();
                    }
                    return seen;
                },
                "so the fault cannot be the reason");
        lab.requireHealed();
    }

    private final CountDownLatch seenWhileOpening = new CountDownLatch(1);

    private void awaitSeen() {
        try {
            seenWhileOpening.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void isInconclusiveIfNothingOfThisClientsMetTheFault() {
        lab.client.has(Sockets.idle());

        requireInconclusive(
                Cause.CLIENT_NOT_AFFECTED, lab.experiment(), lab::notices, "nothing of the client's met the fault");
        lab.requireHealed();
    }

    @Test
    void isInconclusiveIfTheClientWorksWithAnotherServer() {
        lab.client.has(() ->
                List.of(Sockets.sent(System.nanoTime()).to("10.9.9.9", 6379).socket()));

        requireInconclusive(
                Cause.CLIENT_NOT_AFFECTED, lab.experiment(), lab::notices, "nothing of the client's met the fault");
    }

    @Test
    void isInconclusiveWhereTheClientsSocketsCannotBeSeen() {
        lab.client.has(() -> {
            throw new IllegalStateException("not on Linux");
        });

        requireInconclusive(Cause.NOT_ATTRIBUTABLE, lab.experiment(), lab::notices, "not on Linux");
        assertThat(lab.said()).contains("the client's sockets cannot be seen: not on Linux");
    }

    @Test
    void acceptsWhoeverItWasIfItIsToldTo() {
        lab.client.has(Sockets.idle());
        Experiment experiment = lab.experiment()
                .unattributed()
                .expect("it notices", lab::notices)
                .within(LONG);

        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.AS_EXPECTED);
        assertThat(experiment.verdict().flatMap(Verdict::attribution)).contains(Verdict.UNATTRIBUTED);
    }

    @Test
    void judgesTheContainerThatIsNamedAndNotThisJvm() {
        Client idle = new Client("this JVM", Optional.empty(), Optional.of(() -> Sockets.seen(0)));
        Experiment experiment = lab.experiment(Lab.CUT, idle)
                .client(ResolvedTargets.OTHER)
                .expect("it notices", lab::notices)
                .within(LONG);

        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.AS_EXPECTED);
    }

    @Test
    void isBrokenWithThePredictionIfANaiveIdleClientNeverNotices() {
        lab.client.has(Sockets.idle());
        lab.agent.count(0);
        Experiment experiment = lab.experiment();
        BrokenError error = catchThrowableOfType(
                BrokenError.class,
                () -> experiment.expect("it notices", () -> false).within(SHORT));

        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.NOT_NOTICED);
        assertThat(error)
                .hasMessageContainingAll(
                        "BROKEN: \"it notices\" did not come true within 0.03 s.",
                        "Before the fault, the connection to 172.17.0.2:6379: no keepalive is armed",
                        "SO_KEEPALIVE",
                        "in force     Cut is in force"); // the timeline
        lab.requireHealed();
    }

    @Test
    void isInconclusiveIfTheClientWasNotConnectedAndNeverAsked() {
        lab.client.has();

        requireInconclusive(Cause.CLIENT_NOT_AFFECTED, lab.experiment(), () -> false, "Is the client connected");
    }

    @Test
    void believesTheClientsOwnWordForTheInstantAndTheFailure() {
        Detector detector = new Detector();
        detector.noticed(); // before the fault: does not count
        lab.journal.onEvent(event -> {
            if (event.kind() == Kind.PREDICTED) {
                detector.noticed(new SocketException("Connection reset"));
            }
        });

        Experiment experiment = lab.experiment(Lab.REFUSE, lab.client.client())
                .expect("it notices", detector)
                .within(LONG);

        assertThat(experiment.detection()).hasValueSatisfying(seen -> {
            assertThat(seen.failure()).contains(FailureClass.RESET);
            assertThat(seen.uncertainty()).isZero();
        });
    }

    @Test
    void classesTheFailureThatIsExpectedOfACall() {
        Experiment experiment = lab.experiment(Lab.REFUSE, lab.client.client())
                .expect("its call is refused", Condition.expectThrows(SocketException.class, () -> {
                    if (lab.notices()) {
                        throw new SocketException("Connection refused");
                    }
                }))
                .within(LONG);

        assertThat(experiment.detection().flatMap(seen -> seen.failure())).contains(FailureClass.REFUSED);
        assertThat(lab.said()).contains("its call is refused: REFUSED");
    }

    @Test
    void takesAFailureOfAnotherKindForNotYet() {
        Throwable thrown = catchThrowable(() -> lab.experiment()
                .expect("its call times out", Condition.expectThrows(SocketException.class, () -> {
                    throw new IllegalStateException("the pool is closed");
                }))
                .within(SHORT));

        assertThat(thrown).isInstanceOf(BrokenError.class);
    }

    @Test
    void isTrueOnceAnActionSucceeds() {
        Experiment experiment = lab.noticed()
                .afterHealing(
                        "orders are placed again",
                        Condition.untilNoException(
                                () -> assertThat(lab.isHealed()).isTrue()))
                .within(LONG);

        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.AS_EXPECTED);
    }

    static void requireInconclusive(Cause cause, Experiment experiment, Condition condition, String because) {
        Throwable thrown =
                catchThrowable(() -> experiment.expect("it notices", condition).within(SHORT.multipliedBy(10)));

        assertThat(experiment.verdict().map(Verdict::cause)).contains(cause);
        assertThat(thrown).isInstanceOf(InconclusiveError.class).hasMessageContaining(because);
    }

    @Test
    void doesNotTakeWhatADetectorHeardBeforeTheFaultForASecondExpectation() {
        Detector detector = new Detector();
        detector.noticed();
        Experiment experiment = lab.noticed();

        assertThatThrownBy(() -> experiment.expect("it says so", detector).within(LONG))
                .isInstanceOf(InconclusiveError.class)
                .hasMessageContaining("before the fault was in force");
    }
}
