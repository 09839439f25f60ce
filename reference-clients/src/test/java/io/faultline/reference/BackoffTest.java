package io.faultline.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5), new Random(1));

    @Test
    void doublesItsLimitWithEachFailureUpToTheMost() {
        assertThat(longest(1)).isBetween(Duration.ofMillis(190), Duration.ofMillis(200));
        assertThat(longest(3)).isBetween(Duration.ofMillis(760), Duration.ofMillis(800));
        assertThat(longest(1000)).isBetween(Duration.ofMillis(4750), Duration.ofSeconds(5));
    }

    @Test
    void isSpreadOverAllOfIt() {
        assertThat(IntStream.range(0, 1000).filter(i -> backoff.after(6).toMillis() < 1000))
                .hasSizeBetween(100, 300);
    }

    private Duration longest(int failures) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> backoff.after(failures))
                .max(Duration::compareTo)
                .orElseThrow();
    }
}
