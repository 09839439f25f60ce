package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

    @Test
    void isToScaleAndKeepsWhatIsOutsideAtItsEnds() {
        Axis axis = new Axis(Duration.ofSeconds(-1), Duration.ofSeconds(3));

        assertThat(axis.percent(Duration.ofSeconds(-1))).isZero();
        assertThat(axis.percent(Duration.ZERO)).isEqualTo(25);
        assertThat(axis.percent(Duration.ofSeconds(9))).isEqualTo(100);
        assertThat(axis.shows(Duration.ofSeconds(3))).isTrue();
        assertThat(axis.shows(Duration.ofSeconds(4))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "-1000,6000,'-1 s, 0, +1 s, +2 s, +3 s, +4 s, +5 s, +6 s'",
        "-100,700,'-0.1 s, 0, +0.1 s, +0.2 s, +0.3 s, +0.4 s, +0.5 s, +0.6 s, +0.7 s'",
        "-20,160,'-20 ms, 0, +20 ms, +40 ms, +60 ms, +80 ms, +100 ms, +120 ms, +140 ms, +160 ms'",
        "0,1,'0, +0.20 ms, +0.40 ms, +0.60 ms, +0.80 ms, +1.00 ms'",
        "0,7200000,'0, +1000 s, +2000 s, +3000 s, +4000 s, +5000 s, +6000 s, +7000 s'"
    })
    void writesRoundMomentsDown(long from, long to, String labels) {
        Axis axis = new Axis(Duration.ofMillis(from), Duration.ofMillis(to));

        assertThat(axis.ticks(9).map(Axis.Tick::label).collect(Collectors.joining(", ")))
                .isEqualTo(labels);
    }

    @Test
    void refusesToHaveNoLength() {
        assertThatThrownBy(() -> new Axis(Duration.ZERO, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
