package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.observe.Watch.LookFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    @AfterEach
    void leavesNoInterruptBehind() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void placesTheMomentBetweenTheLastLookBeforeAndTheFirstAfter() throws InterruptedException {
        List<Long> looks = new ArrayList<>();
        long since = System.nanoTime();

        Detection seen = Watch.until(
                        () -> {
                            looks.add(System.nanoTime());
                            return looks.size() == 4;
                        },
                        since,
                        since + MINUTE)
                .orElseThrow();
        long after = System.nanoTime();

        // Before the third look began, and after the fourth ended: conservative on both sides.
        assertThat(seen.lastBeforeNanos()).isBetween(looks.get(1), looks.get(2));
        assertThat(seen.firstAfterNanos()).isBetween(looks.get(3), after);
        assertThat(seen.uncertainty()).isEqualTo(Duration.ofNanos(seen.firstAfterNanos() - seen.lastBeforeNanos()));
    }

    @Test
    void takesTheGivenMomentForTheLastLookBeforeIfTheFirstOneSucceeds() throws InterruptedException {
        long since = System.nanoTime() - MINUTE;

        assertThat(Watch.until(() -> true, since, since + MINUTE))
                .hasValueSatisfying(seen -> assertThat(seen.lastBeforeNanos()).isEqualTo(since));
    }

    @Test
    void looksOnceIfTheLimitHasPassed() throws InterruptedException {
        AtomicInteger looks = new AtomicInteger();
        long now = System.nanoTime();

        assertThat(Watch.until(() -> looks.incrementAndGet() == 2, now, now)).isEmpty();
        assertThat(looks).hasValue(1);
    }

    @Test
    void givesUpAtTheLimitAndNotBefore() throws InterruptedException {
        long since = System.nanoTime();
        long limit = since + Duration.ofMillis(30).toNanos();
        AtomicInteger looks = new AtomicInteger();

        Optional<Detection> seen = Watch.until(
                () -> {
                    looks.incrementAndGet();
                    return false;
                },
                since,
                limit);

        assertThat(seen).isEmpty();
        assertThat(System.nanoTime()).isGreaterThan(limit - Watch.PERIOD.toNanos());
        assertThat(looks.get()).isBetween(1, 7);
    }

    @Test
    void measuresTheLimitInTimeEvenIfLooksAreSlowerThanThePeriod() throws InterruptedException {
        long since = System.nanoTime();
        AtomicInteger looks = new AtomicInteger();

        Watch.until(
                () -> {
                    looks.incrementAndGet();
                    pause(Duration.ofMillis(20));
                    return false;
                },
                since,
                since + Duration.ofMillis(60).toNanos());

        assertThat(looks.get()).isBetween(1, 4);
    }

    @Test
    void obeysAnInterruptWhileItWaits() {
        AtomicInteger looks = new AtomicInteger();
        long now = System.nanoTime();

        assertThatThrownBy(() -> Watch.until(
                        () -> {
                            if (looks.incrementAndGet() == 2) {
                                Thread.currentThread().interrupt();
                            }
                            return false;
                        },
                        now,
                        now + MINUTE))
                .isInstanceOf(InterruptedException.class);
        assertThat(looks).hasValue(2);
    }

    @Test
    void obeysAnInterruptThatTheConditionReports() {
        long now = System.nanoTime();

        assertThatThrownBy(() -> Watch.until(
                        () -> {
                            throw new InterruptedException("asleep");
                        },
                        now,
                        now + MINUTE))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void takesALookThatThrowsForNeitherYesNorNo() {
        long now = System.nanoTime();

        for (Throwable thrown :
                List.of(new IOException("no"), new IllegalStateException(), new AssertionError("1 != 2"))) {
            assertThatThrownBy(() -> Watch.until(() -> sneak(thrown), now, now + MINUTE))
                    .isInstanceOf(LookFailedException.class)
                    .hasCause(thrown);
        }
    }

    private static boolean sneak(Throwable thrown) throws Exception {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (Exception) thrown;
    }

    private static void pause(Duration duration) {
        long until = System.nanoTime() + duration.toNanos();
        while (until - System.nanoTime() > 0) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }
}
