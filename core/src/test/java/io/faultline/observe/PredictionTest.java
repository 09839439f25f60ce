package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionTest {

    private static final Sockets IDLE = Sockets.idle().to("127.0.0.1", 6379);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PT119M | the first keepalive probe is due in 119 min (about 2 hours)",
                "PT30M | the first keepalive probe is due in 30 min",
                "PT29S | the first keepalive probe is due in 29.0 s",
                "PT4.976S | the first keepalive probe is due in 5.0 s",
                "PT0.976S | the first keepalive probe is due in 1.0 s"
            })
    void tellsWhenTheFirstProbeIsDue(Duration due, String told) {
        assertThat(of(keepalive(due)).describe()).isEqualTo("the connection to 127.0.0.1:6379: " + told);
    }

    @Test
    void tellsOfAnIdleConnectionThatNothingEverProbes() {
        assertThat(of(IDLE).describe())
                .isEqualTo("the connection to 127.0.0.1:6379: no keepalive is armed, "
                        + "so an idle connection never notices a silent partition");
        assertThat(of(IDLE).firstProbe()).isEmpty();
        assertThat(of(IDLE).canNoticeWithin(Duration.ofDays(365))).isFalse();
    }

    @Test
    void tellsThatDataInFlightSuspendsKeepalive() {
        Sockets inFlight = IDLE.from("127.0.0.1", 54364).progress(1, 5, 0).timer("retransmit", Duration.ofSeconds(3));

        assertThat(of(IDLE, inFlight).describe())
                .startsWith("2 connections to 127.0.0.1:6379: data in flight, so keepalive does not apply");
    }

    @Test
    void expectsTheProbeOfTheEarliestConnectionBeforeTheBound() {
        Prediction prediction = of(IDLE, keepalive(Duration.ofMinutes(119)), keepalive(Duration.ofMillis(4976)));

        assertThat(prediction.firstProbe()).contains(Duration.ofMillis(4976));
        assertThat(prediction.canNoticeWithin(Duration.ofMillis(4977))).isTrue();
        assertThat(prediction.canNoticeWithin(Duration.ofMillis(4976))).isFalse();
    }

    @Test
    void predictsNothingWithoutAConnection() {
        assertThat(of().isConnected()).isFalse();
        assertThat(of(IDLE).isConnected()).isTrue();
        assertThat(of().describe()).isEqualTo("no connection of the client to the target was seen");
    }

    private static Prediction of(Sockets... sockets) {
        return new Prediction(Stream.of(sockets).map(Sockets::socket).toList());
    }

    private static Sockets keepalive(Duration due) {
        return IDLE.timer("keepalive", due);
    }
}
