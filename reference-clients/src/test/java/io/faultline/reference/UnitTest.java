package io.faultline.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnitTest {

    @Test
    void isWhatTheParametersSay() {
        assertThat(Unit.of("ms=1500&bytes=10&name=a", "unit-1")).isEqualTo(new Unit("a", Duration.ofMillis(1500), 10));
    }

    @Test
    void takesNoTimeAndGetsANameIfNothingIsSaid() {
        assertThat(Unit.of("", "unit-1")).isEqualTo(new Unit("unit-1", Duration.ZERO, 0));
    }
}
