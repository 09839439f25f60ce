package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A look that takes long, never returns or interrupts its thread. */
@Timeout(30)
class SlowLookTest {

    private static final Duration SHORT = Duration.ofMillis(30);

    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void leavesNoInterruptBehind() {
        assertThat(Thread.interrupted()).isFalse();
        never.countDown();
    }

    @Test
    void keepsNobodyWaitingForALookThatDoesNotReturnAndTellsWhereItStands() throws InterruptedException {
        CountDownLatch under = new CountDownLatch(1);
        try (Poll poll = poll(() -> {
            under.countDown();
            return neverReturns();
        })) {
            under.await();
            assertThat(poll.awaitLook(SHORT)).isFalse();
            assertThat(poll.await(System.nanoTime() + SHORT.toNanos())).isEmpty();
            assertThat(poll.awaitLookAfter(System.nanoTime(), SHORT)).isFalse();

            assertThat(poll.underWay().orElseThrow())
                    .anyMatch(frame -> frame.getMethodName().equals("neverReturns"));
        }
    }

    @Test
    void interruptsALookThatIsAbandonedAndTakesThatForNoFailure() throws InterruptedException {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Poll poll = poll(() -> {
            under.countDown();
            try {
                return neverReturns();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        under.await();
        poll.abandon();
        interrupted.await();

        assertThat(poll.failure()).isEmpty();
    }

    @Test
    void waitsForTheEndOfTheLookThatIsUnderWayAndForNoOther() throws InterruptedException {
        long since = System.nanoTime();
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (Poll poll = poll(() -> {
            if (looks.incrementAndGet() == 1) {
                under.countDown();
                pause(SHORT);
                return false;
            }
            return !end.await(1, TimeUnit.MINUTES);
        })) {
            under.await();

            assertThat(poll.awaitLookAfter(since, Duration.ofMinutes(1))).isTrue();
            end.countDown();
        }
    }

    @Test
    void waitsForALookThatBeganAfterAMoment() throws InterruptedException {
        List<Long> began = new CopyOnWriteArrayList<>();
        try (Poll poll = poll(() -> {
            began.add(System.nanoTime());
            return false;
        })) {
            poll.awaitLook(Duration.ofMinutes(1));
            long moment = System.nanoTime();

            assertThat(poll.awaitLookAfter(moment, Duration.ofMinutes(1))).isTrue();
            assertThat(began).anyMatch(nanos -> nanos - moment >= 0);
        }
    }

    @Test
    void waitsALittleForALookThatIsUnderWayAtTheLimit() throws InterruptedException {
        CountDownLatch under = new CountDownLatch(1);
        try (Poll poll = poll(() -> {
            under.countDown();
            pause(Duration.ofMillis(20));
            return true;
        })) {
            under.await();
            long limit = System.nanoTime();

            assertThat(poll.await(limit))
                    .hasValueSatisfying(
                            seen -> assertThat(seen.firstAfterNanos()).isGreaterThan(limit));
        }
    }

    @Test
    void cannotLookOnIfWhatIsLookedAtInterruptsItsThread() throws InterruptedException {
        try (Poll poll = poll(() -> {
            Thread.currentThread().interrupt();
            return false;
        })) {
            assertThat(poll.await(inAMinute())).isEmpty();
            assertThat(poll.failure())
                    .hasValueSatisfying(why -> assertThat(why).isInstanceOf(InterruptedException.class));
        }
    }

    private boolean neverReturns() throws InterruptedException {
        never.await();
        return false;
    }

    private static Poll poll(Condition condition) {
        return Poll.start(seeing(condition), Poll.PERIOD);
    }

    /** What it throws is thrown. */
    private static Observer seeing(Condition condition) {
        return () -> {
            try {
                return new Observation(condition.holds(), "", Duration.ZERO);
            } catch (InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
    }

    private static long inAMinute() {
        return System.nanoTime() + Duration.ofMinutes(1).toNanos();
    }

    private void pause(Duration duration) throws InterruptedException {
        never.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }
}
