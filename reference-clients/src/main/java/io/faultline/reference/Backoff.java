package io.faultline.reference;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long one waits before the next attempt: twice as long each time up to a limit, of which each one takes a part by
 * chance, so that many do not come back at once.
 */
record Backoff(Duration first, Duration most, RandomGenerator chance) {

    private static final int MANY = 30;

    Duration after(int failures) {
        long limit = Math.min(most.toMillis(), first.toMillis() << Math.min(failures - 1, MANY));
        return Duration.ofMillis(chance.nextLong(limit + 1));
    }
}
