package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a poll looks, and what it makes of what it sees. */
@Timeout(30)
class PollTest {

    private static final Duration SHORT = Duration.ofMillis(30);

    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void leavesNoInterruptBehind() {
        assertThat(Thread.interrupted()).isFalse();
        never.countDown();
    }

    @Test
    void placesTheMomentBetweenTheBeginningOfTheLastLookBeforeAndTheEndOfTheFirstAfter() throws InterruptedException {
        List<Long> began = new CopyOnWriteArrayList<>();
        try (Poll poll = poll(() -> {
            began.add(System.nanoTime());
            return began.size() == 4;
        })) {
            Detection seen = poll.await(inAMinute()).orElseThrow();

            assertThat(seen.lastBeforeNanos()).isBetween(began.get(1), began.get(2));
            assertThat(seen.firstAfterNanos()).isBetween(began.get(3), System.nanoTime());
        }
    }

    @Test
    void takesItsOwnBeginningForTheLastLookBeforeIfTheFirstOneSees() throws InterruptedException {
        long before = System.nanoTime();
        List<Long> began = new CopyOnWriteArrayList<>();
        try (Poll poll = poll(() -> began.add(System.nanoTime()))) {
            Detection seen = poll.await(inAMinute()).orElseThrow();

            assertThat(seen.lastBeforeNanos()).isBetween(before, began.get(0));
        }
    }

    @Test
    void looksNoMoreOnceItHasSeen() throws InterruptedException {
        try (Poll poll = poll(() -> looks.incrementAndGet() == 2)) {
            poll.await(inAMinute());
            poll.await(System.nanoTime() + SHORT.toNanos());

            assertThat(looks).hasValue(2);
            assertThat(poll.underWay()).isEmpty();
        }
    }

    @Test
    void isOverAtTheLimitAndNotBefore() throws InterruptedException {
        long limit = System.nanoTime() + SHORT.toNanos();
        try (Poll poll = poll(() -> false)) {
            assertThat(poll.await(limit)).isEmpty();
            assertThat(System.nanoTime()).isGreaterThanOrEqualTo(limit);
        }
    }

    @Test
    void leavesOutTheLooksThatASlowOneHasMissed() throws InterruptedException {
        List<Long> began = new CopyOnWriteArrayList<>();
        Duration period = Duration.ofMillis(20);
        try (Poll poll = Poll.start(
                seeing(() -> {
                    began.add(System.nanoTime());
                    if (began.size() == 1) {
                        pause(period.multipliedBy(5));
                    }
                    return began.size() == 4;
                }),
                period)) {
            poll.await(inAMinute());
        }

        assertThat(began.get(3) - began.get(1)).isGreaterThanOrEqualTo(period.toNanos());
    }

    @Test
    void takesALookThatThrowsForNeitherYesNorNo() throws InterruptedException {
        for (Throwable thrown : List.of(new IllegalStateException("no"), new StackOverflowError())) {
            try (Poll poll = poll(() -> sneak(thrown))) {
                assertThat(poll.await(inAMinute())).isEmpty();
                assertThat(poll.failure()).containsSame(thrown);
                assertThat(poll.awaitLook(SHORT)).isFalse();
            }
        }
    }

    @Test
    void restsFromALookUnderTheFaultUntilItIsWaitedFor() throws InterruptedException {
        try (Poll poll = poll(() -> {
            looks.incrementAndGet();
            return looks.get() > 1_000_000;
        })) {
            poll.awaitLook(SHORT.multipliedBy(100));
            long rest = System.nanoTime();
            poll.restAfter(rest);
            try (Poll rests = poll(() -> poll.lastBeforeNanos() - rest >= 0)) {
                rests.await(inAMinute());
            }
            int rested = looks.get();
            try (Poll other = poll(() -> false)) {
                other.await(System.nanoTime() + SHORT.toNanos());
            }
            assertThat(looks).hasValue(rested);

            poll.await(System.nanoTime() + SHORT.toNanos());
            assertThat(looks.get()).isGreaterThan(rested);
        }
    }

    @Test
    void tellsTheObserverOnceThatNobodyLooksAnyMore() throws InterruptedException {
        List<Observation> left = new CopyOnWriteArrayList<>();
        AtomicBoolean ok = new AtomicBoolean();
        Poll poll = Poll.start(
                new Observer() {
                    @Override
                    public Observation observe() {
                        return new Observation(ok.get(), "seen", Duration.ZERO, Optional.empty());
                    }

                    @Override
                    public void left(Observation last) {
                        left.add(last);
                    }
                },
                Poll.PERIOD);
        poll.awaitLook(SHORT.multipliedBy(100));
        assertThat(left).isEmpty();
        ok.set(true);
        poll.await(inAMinute());
        poll.close();
        poll.close();

        assertThat(left).extracting(Observation::ok).containsExactly(true);
    }

    @Test
    void countsNoLookThatEndsAfterItWasClosed() throws InterruptedException {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Poll poll = poll(() -> {
            under.countDown();
            end.await();
            return true;
        });
        under.await();
        poll.close();
        end.countDown();

        assertThat(poll.await(System.nanoTime() + SHORT.toNanos())).isEmpty();
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

    private static boolean sneak(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    private static long inAMinute() {
        return System.nanoTime() + Duration.ofMinutes(1).toNanos();
    }

    private void pause(Duration duration) throws InterruptedException {
        never.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }
}
