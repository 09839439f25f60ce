package io.faultline.verify;

import static io.faultline.verify.Lab.LONG;
import static io.faultline.verify.Lab.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.observe.Condition;
import io.faultline.observe.TcpSocket;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is to go on, what is to come back, and the control. */
@Timeout(60)
class ExperimentKeepsTest {

    private final Lab lab = new Lab();
    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void leavesNoLookBehind() {
        never.countDown();
    }

    @Test
    void holdsWhatGoesOnForAsLongAsItIsHeld() {
        Duration span = SHORT.multipliedBy(10);
        long began = System.nanoTime();
        Verdict verdict = lab.experiment()
                .keeps("it serves", () -> true)
                .hold(span)
                .verdict()
                .orElseThrow();

        assertThat(verdict.cause()).isEqualTo(Cause.AS_EXPECTED);
        assertThat(verdict.attribution()).isPresent();
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(span.toNanos());
    }

    @Test
    void holdsForItsSpanAfterAnotherExpectation() {
        Duration span = SHORT.multipliedBy(10);
        Experiment experiment = lab.experiment()
                .keeps("it serves", () -> true)
                .expect("it notices", () -> lab.isInjected() && looks.incrementAndGet() > 20)
                .within(LONG);
        long began = System.nanoTime();
        experiment.hold(span);

        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(span.toNanos());
    }

    @Test
    void isBrokenIfSomethingThatWasToGoOnDoesNot() {
        requireVerdict(Cause.STOPPED_WORKING, () -> !lab.isInjected(), "\"it serves\" did not hold: after");
    }

    @Test
    void isBrokenIfSomethingThatWasToGoOnHangs() {
        requireVerdict(
                Cause.CALL_DID_NOT_RETURN, () -> !lab.isInjected() || never.await(1, TimeUnit.HOURS), "stands at");
    }

    @Test
    void isInconclusiveIfItDidNotGoOnBeforeTheFaultEither() {
        requireVerdict(Cause.NOT_STEADY, () -> false, "did not hold before the fault either");
        assertThat(lab.agent.asked()).isEmpty();
    }

    @Test
    void isInconclusiveIfTheClientThatWentOnMetNothing() {
        lab.client.has(Sockets.idle());

        requireVerdict(Cause.CLIENT_NOT_AFFECTED, () -> true, "nothing of the client's met the fault");
    }

    @Test
    void isInconclusiveIfItStoppedWhereTheFaultHarmedNobody() {
        lab.agent.count(0);

        requireVerdict(Cause.NO_EFFECT, () -> !lab.isInjected(), "the fault had harmed nobody");
    }

    private void requireVerdict(Cause cause, Condition serves, String because) {
        Experiment experiment = lab.experiment().keeps("it serves", serves);
        Throwable thrown = catchThrowable(() -> experiment.hold(SHORT.multipliedBy(5)));

        assertThat(experiment.verdict().map(Verdict::cause)).contains(cause);
        assertThat(thrown)
                .isInstanceOf(cause.outcome() == Outcome.BROKEN ? BrokenError.class : InconclusiveError.class)
                .hasMessageContaining(because);
    }

    @Test
    void healsIfTheEvidenceForWhatWentOnCannotBeRead() {
        lab.agent.on("read", request -> FakeAgent.refusal(request, "iptables-save failed"));

        assertThat(catchThrowable(
                        () -> lab.experiment().keeps("it serves", () -> true).hold(SHORT)))
                .hasMessageContaining("iptables-save failed");
        lab.requireHealed();
    }

    @Test
    void isBrokenAfterADetectionIfWhatWasToGoOnDidNot() {
        Experiment experiment = lab.experiment().keeps("it serves", () -> !lab.isInjected());
        Throwable thrown = catchThrowable(
                () -> experiment.expect("it notices", lab::notices).within(LONG));

        assertThat(thrown).isInstanceOf(BrokenError.class);
        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.STOPPED_WORKING);
    }

    @Test
    void isInconclusiveIfALaterExpectationIsTrueWhenItIsFirstLookedAt() {
        Experiment experiment = lab.noticed();

        ExperimentTest.requireInconclusive(Cause.TRUE_BEFORE, experiment, () -> true, "may have been true before");
    }

    @Test
    void isBrokenIfTheClientDoesNotComeBack() {
        requireRecovery(Cause.NOT_RECOVERED, lab.noticed(), () -> false, "0.15 s after healing");
    }

    @Test
    void isInconclusiveIfWhatIsToComeBackWasNeverLost() {
        requireRecovery(Cause.NEVER_LOST, lab.noticed(), () -> true, "was true under the fault as well");
    }

    @Test
    void takesWhatDoesNotAnswerForLost() {
        AtomicInteger calls = new AtomicInteger();
        Experiment experiment = lab.noticed()
                .afterHealing("it is back", () -> calls.incrementAndGet() > 1 || never.await(1, TimeUnit.HOURS))
                .within(LONG);

        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.AS_EXPECTED);
    }

    @ParameterizedTest
    @CsvSource({"1300, true", "700, false"})
    void doesNotTakeASlowAnswerForLost(long millis, boolean answer) {
        AtomicInteger calls = new AtomicInteger();
        requireRecovery(
                Cause.NEVER_LOST,
                lab.noticed(),
                () -> calls.incrementAndGet() > 1 || never.await(millis, TimeUnit.MILLISECONDS) || answer,
                "was true under the fault as well");
    }

    @ParameterizedTest
    @CsvSource({"ESTABLISHED, AS_EXPECTED", "SYN_SENT, NEVER_LOST"})
    void takesForLostWhatConnectsAgainAtOnce(TcpSocket.State state, Cause cause) {
        AtomicInteger seen = new AtomicInteger();
        lab.client.has(() -> {
            int looked = lab.isInjected() ? seen.incrementAndGet() : 0;
            TcpSocket atWork = Sockets.sent(looked).socket();
            TcpSocket other = Sockets.in(state).from("172.17.0.1", 9).socket();
            return looked > 3 ? List.of(atWork) : List.of(atWork, other);
        });
        Experiment experiment =
                lab.experiment().expect("it notices", () -> seen.get() > 5).within(LONG);
        catchThrowable(() -> experiment.afterHealing("it is back", () -> true).within(LONG));

        assertThat(experiment.verdict().map(Verdict::cause)).contains(cause);
    }

    @Test
    void blamesTheKernelIfItsBackOffIsLongerThanTheBound() {
        AtomicInteger sent = new AtomicInteger();
        lab.client.has(() -> List.of(Sockets.idle()
                .progress(1, sent.incrementAndGet(), 0)
                .timer("retransmit", Duration.ofSeconds(13))
                .socket()));

        requireRecovery(Cause.KERNEL_BACKOFF, lab.noticed(), () -> false, "which the kernel sends again 13.0 s later");
    }

    @Test
    void isInconclusiveIfTheTargetIsPublishedElsewhereAfterwards() {
        lab.source.publishes(ResolvedTargets.proxied("0.0.0.0", 32768));
        AtomicLong sent = new AtomicLong();
        lab.client.has(() -> List.of(
                Sockets.sent(sent.incrementAndGet()).to("127.0.0.1", 32768).socket()));
        ExperimentSetting moving = new ExperimentSetting(
                lab.injector,
                lab.journal,
                lab.client.client(),
                target -> lab.client.client(),
                before -> Optional.of("it was at 1, and is at 2"));
        Experiment experiment = new Experiment(Lab.CUT, moving)
                .expect("it notices", lab::notices)
                .within(LONG);

        requireRecovery(Cause.ADDRESS_CHANGED, experiment, () -> false, "it was at 1, and is at 2");
    }

    private static void requireRecovery(Cause cause, Experiment experiment, Condition back, String because) {
        Throwable thrown =
                catchThrowable(() -> experiment.afterHealing("it is back", back).within(SHORT.multipliedBy(5)));

        assertThat(experiment.verdict().map(Verdict::cause)).contains(cause);
        assertThat(thrown).hasMessageContaining(because);
    }

    @Test
    void holdsIfNothingHappensInTheControl() {
        Experiment experiment = control(() -> false);

        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.AS_EXPECTED);
        assertThat(experiment.unfinished()).isEmpty();
        assertThat(lab.said()).contains("control: the same without the fault");
    }

    @Test
    void isInconclusiveIfTheSameHappensInTheControl() {
        Throwable thrown = catchThrowable(() -> control(() -> looks.incrementAndGet() > 20)); // not at once

        assertThat(thrown).isInstanceOf(InconclusiveError.class).hasMessageContaining("as well, in which");
        assertThat(lastCause()).isEqualTo(Cause.HAPPENS_WITHOUT_FAULT.name());
    }

    @Test
    void isInconclusiveIfTheControlCannotBeLookedAt() {
        Throwable thrown = catchThrowable(() -> control(() -> {
            if (looks.incrementAndGet() > 1) {
                throw new StackOverflowError();
            }
            return false;
        }));

        assertThat(thrown).isInstanceOf(InconclusiveError.class);
        assertThat(lastCause()).isEqualTo(Cause.NOT_OBSERVABLE.name());
    }

    private String lastCause() {
        return lab.journal.events().stream()
                .filter(event -> event.kind() == Kind.VERDICT)
                .map(Event::facts)
                .reduce((first, last) -> last)
                .orElseThrow()
                .get("cause");
    }

    /** It takes some time to notice the fault, so that there is time in the control. */
    private Experiment control(Condition without) {
        AtomicInteger under = new AtomicInteger();
        return lab.experiment(FakeFault.of("Cut", FakeEffect.in(1)), lab.client.client())
                .control()
                .expect(
                        "it notices",
                        () -> lab.isHealed() ? without.holds() : lab.isInjected() && under.incrementAndGet() > 40)
                .within(LONG)
                .afterHealing("it is back", lab::isHealed)
                .within(LONG);
    }
}
