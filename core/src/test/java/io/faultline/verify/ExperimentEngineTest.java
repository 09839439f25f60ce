package io.faultline.verify;

import static io.faultline.verify.Lab.LONG;
import static io.faultline.verify.Lab.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.Fault;
import io.faultline.observe.Condition;
import io.faultline.observe.Poll;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.Sockets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several faults at a time, as scenarios have them. */
@Timeout(30)
class ExperimentEngineTest {

    private static final FakeFault SECOND = FakeFault.of("Second", FakeEffect.in(2));

    private final Lab lab = new Lab();
    private final ExperimentEngine engine = lab.engine(lab.client.client());
    private final AtomicInteger looks = new AtomicInteger();

    @AfterEach
    void leavesNoFaultBehind() {
        engine.abandon();
    }

    @Test
    void judgesByTheFaultThatTheClientMet() throws InterruptedException {
        lab.agent.on(
                "read",
                request -> FakeAgent.counted(
                        request, request.get("effect").getAsString().endsWith("-1") ? 3 : 0));
        try (Expectation expectation = engine.watch(subject(lab::notices))) {
            engine.inject(Lab.CUT, List.of());
            engine.inject(SECOND, List.of());

            assertThat(await(expectation).cause()).isEqualTo(Cause.AS_EXPECTED);
        }
    }

    @Test
    void isInconclusiveIfTheFaultIsHealedWhileSomethingIsWaitedFor() throws InterruptedException {
        try (Expectation expectation = engine.watch(subject(lab::isHealed))) {
            engine.heal(engine.inject(Lab.CUT, List.of()));

            assertThat(await(expectation).cause()).isEqualTo(Cause.FAULT_OVER);
        }
    }

    @Test
    void letsWhatIsExpectedLaterRestUnderTheFault() throws InterruptedException {
        try (Expectation later = engine.watch(subject(() -> looks.incrementAndGet() < 0))) {
            engine.inject(Lab.CUT, List.of(later));
            pause();
            int rested = looks.get();
            pause();
            assertThat(looks).hasValue(rested);

            later.await(System.nanoTime() + SHORT.toNanos());
            assertThat(looks.get()).isGreaterThan(rested);
        }
    }

    @Test
    void doesNotTakeForKeptWhatWasNotLookedAt() throws InterruptedException {
        Subject seldom = new Subject("it works", subject(() -> true).observer(), Optional.empty(), LONG, true);
        try (Expectation kept = engine.watchKept(seldom)) {
            engine.inject(Lab.CUT, List.of());

            assertThat(engine.judgeKept(List.of(kept), System.nanoTime()).cause())
                    .isEqualTo(Cause.NOT_OBSERVABLE);
        }
    }

    @Test
    void waitsForAnInjectionUnderWayBeforeItBlamesSomethingElse() throws Exception {
        AtomicBoolean works = new AtomicBoolean(true);
        CountDownLatch stopped = new CountDownLatch(1);
        lab.agent.on("open", request -> {
            works.set(false);
            CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(stopped::countDown);
            await(stopped);
            return FakeAgent.opened(request, System.nanoTime());
        });
        try (Expectation kept = engine.watchKept(subject(works::get))) {
            long began = System.nanoTime();
            Thread injects = new Thread(() -> inject(Lab.CUT));
            injects.start();
            kept.await(began + LONG.toNanos());

            assertThat(engine.brokenKept(kept, began).map(Verdict::cause)).contains(Cause.STOPPED_WORKING);
            injects.join();
        }
    }

    @Test
    void asksAgainForWhatCameTrueWhileASecondFaultWasBeingInjected() throws InterruptedException {
        CountDownLatch opening = new CountDownLatch(1);
        try (Expectation expectation = engine.watch(subject(() -> opening.getCount() == 0))) {
            engine.inject(Lab.CUT, List.of());
            lab.agent.on("open", request -> {
                opening.countDown();
                cameTrue(expectation);
                return FakeAgent.opened(request, System.nanoTime());
            });
            engine.inject(SECOND, List.of());

            assertThat(engine.isOfAnEarlierFault(expectation)).isTrue();
        }
    }

    private static void cameTrue(Expectation expectation) {
        try {
            assertThat(expectation.await(System.nanoTime() + LONG.toNanos())).isPresent();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void inject(Fault fault) {
        try {
            engine.inject(fault, List.of());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For many looks. */
    private static void pause() throws InterruptedException {
        try (Poll poll = Poll.start(((Condition) () -> false).asObserver(), Poll.PERIOD)) {
            poll.await(System.nanoTime() + 10 * SHORT.toNanos());
        }
    }

    @Test
    void healsAFaultThatWasMetWithoutAnotherWord() throws InterruptedException {
        FaultWindow window = engine.inject(Lab.CUT, List.of());
        pause();

        assertThat(engine.heal(window)).isEmpty();
        assertThat(engine.isIdle()).isTrue();
        assertThat(engine.lastHealed()).hasValue(window.injection().healedNanos());
    }

    @Test
    void isInconclusiveIfAFaultThatIsHealedDidNothing() throws InterruptedException {
        FaultWindow window = engine.inject(Lab.CUT, List.of());
        lab.agent.count(0);

        assertThat(engine.heal(window).map(Verdict::cause)).contains(Cause.NO_EFFECT);
    }

    @Test
    void isInconclusiveIfAFaultThatIsHealedDidNothingToTheClient() throws InterruptedException {
        lab.client.has(Sockets.idle());
        FaultWindow window = engine.inject(Lab.CUT, List.of());

        Optional<Verdict> verdict = engine.heal(window);
        assertThat(verdict.map(Verdict::cause)).contains(Cause.CLIENT_NOT_AFFECTED);
        assertThat(verdict.map(Verdict::toString).orElseThrow()).doesNotContain("Optional", "null");
    }

    @Test
    void isInconclusiveIfAFaultThatIsHealedWasTakenBackBefore() throws InterruptedException {
        FaultWindow window = engine.inject(Lab.CUT, List.of());
        lab.agent.on("heal", request -> {
            var answer = FakeAgent.counted(request, 3);
            answer.addProperty("wiped", true);
            return answer;
        });

        assertThat(engine.heal(window).map(Verdict::cause)).contains(Cause.INVALIDATED);
    }

    @Test
    void doesNotAskWhetherSomebodyElseMetTheFault() throws InterruptedException {
        lab.client.has(Sockets.idle());
        Subject others = new Subject(
                "the queue grows", ((Condition) lab::notices).asObserver(), Optional.empty(), Poll.PERIOD, false);
        try (Expectation expectation = engine.watch(others)) {
            engine.inject(Lab.CUT, List.of());
            Verdict verdict = await(expectation);

            assertThat(verdict.cause()).isEqualTo(Cause.AS_EXPECTED);
            assertThat(verdict.attribution()).isEmpty();
        }
    }

    @Test
    void doesNotBeginToWatchWhatIsTrueAlready() {
        assertThatThrownBy(() -> engine.watch(subject(() -> true)))
                .isInstanceOfSatisfying(
                        VerdictException.class,
                        thrown -> assertThat(thrown.verdict().cause()).isEqualTo(Cause.TRUE_BEFORE));
    }

    private Verdict await(Expectation expectation) throws InterruptedException {
        return engine.await(expectation, LONG, engine.lastInForce().orElseThrow());
    }

    private static Subject subject(Condition condition) {
        return Subject.of("it notices", condition.asObserver());
    }
}
