package io.faultline.verify;

import static io.faultline.verify.Lab.LONG;
import static io.faultline.verify.Lab.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.inject.HealFailedException;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an experiment leaves behind that does not go as it should: nothing. */
@Timeout(30)
class ExperimentEndsTest {

    private final Lab lab = new Lab();
    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void leavesNoLookBehind() {
        never.countDown();
    }

    @Test
    void healsBeforeItThrowsIfItCannotLook() {
        Experiment experiment = lab.experiment();
        Throwable thrown = catchThrowable(() -> experiment
                .expect("it notices", () -> {
                    if (lab.isInjected()) {
                        throw new StackOverflowError();
                    }
                    return false;
                })
                .within(LONG));

        assertThat(thrown).isInstanceOf(InconclusiveError.class).hasMessageContaining("StackOverflowError");
        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.NOT_OBSERVABLE);
        lab.requireHealed();
    }

    @Test
    void healsBeforeItThrowsIfItIsInterruptedAndKeepsTheInterrupt() throws Exception {
        Thread test = Thread.currentThread();
        Throwable thrown = catchThrowable(() -> lab.experiment()
                .expect("it notices", () -> {
                    if (lab.isInjected() && looks.incrementAndGet() == 1) {
                        test.interrupt();
                    }
                    return false;
                })
                .within(LONG));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(InconclusiveError.class).hasMessageContaining("Interrupted");
        lab.requireHealed();
    }

    @Test
    void takesWhatTheEnginesClientThrowsWhereItIsInterruptedForAnInterruption() {
        Fault cancelled = new Fault() {
            @Override
            public List<Target> targets() {
                return Lab.CUT.targets();
            }

            @Override
            public Plan plan(Topology topology) {
                throw new IllegalStateException("the agent cannot be started", new CancellationException());
            }
        };
        Throwable thrown = catchThrowable(() -> lab.experiment(cancelled, lab.client.client())
                .expect("it notices", lab::notices)
                .within(LONG));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(InconclusiveError.class).hasMessageContaining("Interrupted while waiting");
    }

    @Test
    void healsAFaultThatBeginsLaterIfItIsInterruptedBefore() {
        Thread test = Thread.currentThread();
        Fault later = Lab.CUT.after(Duration.ofMinutes(1));
        Throwable thrown = catchThrowable(() -> lab.experiment(later, lab.client.client())
                .expect("it notices", () -> {
                    if (lab.agent.asked().contains("open 1") && looks.incrementAndGet() == 1) {
                        test.interrupt();
                    }
                    return false;
                })
                .within(LONG));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(InconclusiveError.class);
        lab.requireHealed();
    }

    @Test
    void addsAFailedHealToTheErrorThatItThrows() {
        lab.client.has(Sockets.idle());
        lab.agent.on("heal", request -> FakeAgent.refusal(request, "stuck"));

        Throwable thrown = catchThrowable(
                () -> lab.experiment().expect("it notices", () -> false).within(SHORT));

        assertThat(thrown).isInstanceOf(BrokenError.class);
        assertThat(thrown.getSuppressed())
                .singleElement()
                .satisfies(heal -> assertThat(heal).hasMessageContaining("stuck"));
    }

    @Test
    void healsTheOtherFaultsWhereOneCannotBe() throws Exception {
        ExperimentEngine engine = lab.engine(lab.client.client());
        engine.inject(Lab.CUT, List.of());
        engine.inject(FakeFault.of("Second", FakeEffect.in(2)), List.of());
        lab.agent.on(
                "heal",
                request -> request.get("effect").getAsString().endsWith("-2")
                        ? FakeAgent.refusal(request, "stuck")
                        : FakeAgent.counted(request, 3));

        assertThatThrownBy(engine::abandon)
                .isInstanceOf(HealFailedException.class)
                .hasMessageContaining("stuck");
        assertThat(lab.agent.asked()).contains("heal 2", "heal 1");
    }

    @Test
    void looksAtNothingAnyMoreIfTheFaultCannotBeInjected() {
        lab.agent.on("open", request -> FakeAgent.refusal(request, "no such chain"));
        AtomicInteger kept = new AtomicInteger();

        assertThatThrownBy(() -> lab.experiment()
                        .keeps("it serves", () -> kept.incrementAndGet() > 0)
                        .expect("it notices", () -> looks.incrementAndGet() < 0)
                        .within(LONG))
                .hasMessageContaining("no such chain");
        requireStill(kept);
        requireStill(looks);
    }

    @Test
    void looksAtNothingAnyMoreOnceItIsHealed() {
        AtomicInteger kept = new AtomicInteger();
        lab.experiment()
                .keeps("it serves", () -> kept.incrementAndGet() > 0)
                .expect("it notices", lab::notices)
                .within(LONG)
                .afterHealing("it is back", lab::isHealed)
                .within(LONG);

        requireStill(kept);
    }

    @Test
    void looksAtNothingAnyMoreOnceItsTestIsOver() {
        AtomicInteger kept = new AtomicInteger();
        AtomicInteger sockets = new AtomicInteger();
        lab.client.has(() -> List.of(Sockets.sent(sockets.incrementAndGet()).socket()));
        Experiment experiment = lab.experiment()
                .keeps("it serves", () -> kept.incrementAndGet() > 0)
                .expect("it notices", lab::notices)
                .within(LONG);
        experiment.end();

        requireStill(kept);
        requireStill(sockets);
    }

    /** A look that is under way may still end. */
    private void requireStill(AtomicInteger counted) {
        int before = counted.get();
        looksFor(SHORT.multipliedBy(5));
        assertThat(counted.get() - before).isLessThanOrEqualTo(1);
    }

    private void looksFor(Duration span) {
        try {
            never.await(span.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void abandonsALookThatNeverReturnsAndTellsWhereItStands() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Experiment experiment = lab.experiment();
        long began = System.nanoTime();
        Throwable thrown = catchThrowable(() -> experiment
                .expect("its call fails", () -> {
                    if (lab.isInjected()) {
                        hang(interrupted);
                    }
                    return false;
                })
                .within(SHORT.multipliedBy(10)));

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.CALL_DID_NOT_RETURN);
        assertThat(thrown).isInstanceOf(BrokenError.class).hasMessageContainingAll("did not come back", "time-out");
        assertThat(interrupted.get()).isTrue();
        lab.requireHealed();
    }

    @Test
    void isInconclusiveIfALookDoesNotReturnBeforeTheFault() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Experiment experiment = lab.experiment();
        Throwable thrown = catchThrowable(() ->
                experiment.expect("its call fails", () -> hang(interrupted)).within(LONG));

        assertThat(experiment.verdict().map(Verdict::cause)).contains(Cause.NOT_OBSERVABLE);
        assertThat(thrown).hasMessageContaining("did not come back within 10.00 s");
        assertThat(interrupted.get()).isTrue();
        assertThat(lab.agent.asked()).isEmpty();
    }

    private boolean hang(CompletableFuture<Boolean> interrupted) throws InterruptedException {
        try {
            never.await();
        } catch (InterruptedException e) {
            interrupted.complete(true);
            throw e;
        }
        return false;
    }
}
