package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DetectorTest {

    private final Detector detector = new Detector();

    @Test
    void keepsTheInstantOfTheFirstCallAndHowItFailed() {
        long before = System.nanoTime();
        detector.noticed(new SocketException("Connection reset"));
        long after = System.nanoTime();
        detector.noticed();

        Detection seen = detector.detection().orElseThrow();
        assertThat(seen.firstAfterNanos()).isBetween(before, after);
        assertThat(seen.uncertainty()).isZero();
        assertThat(seen.failure()).contains(FailureClass.RESET);
    }

    @Test
    void knowsNothingUntilItIsTold() {
        assertThat(detector.detection()).isEmpty();
    }

    @Test
    void forgetsWhatCameBeforeItWasArmed() {
        detector.noticed(new SocketException("Connection reset"));
        detector.arm();
        assertThat(detector.detection()).isEmpty();

        detector.noticed();
        assertThat(detector.detection().flatMap(Detection::failure)).isEmpty();
        assertThat(detector.detection()).isPresent();
    }

    @Test
    void aDetectionIsMeasuredByItsLaterEnd() {
        Detection seen = new Detection(1_000, 1_500, Optional.empty());

        assertThat(seen.after(900)).isEqualTo(Duration.ofNanos(600));
        assertThat(seen.uncertainty()).isEqualTo(Duration.ofNanos(500));
    }

    @Test
    void aDetectionCannotEndBeforeItBegins() {
        assertThatThrownBy(() -> new Detection(1_001, 1_000, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new Detection(Long.MAX_VALUE, Long.MIN_VALUE, Optional.empty()).uncertainty())
                .isEqualTo(Duration.ofNanos(1)); // System.nanoTime() may run over
    }
}
