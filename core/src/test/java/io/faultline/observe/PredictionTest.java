package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionTest {

    private static final String IDLE = "ESTAB 0 0 127.0.0.1:54286 127.0.0.1:6379 ino:1 sk:1 <->\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "119min | the first keepalive probe is due in 119 min (about 2 hours)",
                "30min | the first keepalive probe is due in 30 min",
                "29sec | the first keepalive probe is due in 29.0 s",
                "4.976ms | the first keepalive probe is due in 5.0 s",
                "976ms | the first keepalive probe is due in 1.0 s"
            })
    void tellsWhenTheFirstProbeIsDue(String timer, String told) {
        assertThat(of(keepalive(timer)).describe()).isEqualTo("the connection to 127.0.0.1:6379: " + told);
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
        String inFlight = "ESTAB 0 5 127.0.0.1:54364 127.0.0.1:6379 timer:(on,2.996ms,4) ino:1 sk:3 <->\n";

        assertThat(of(IDLE + inFlight).describe())
                .startsWith("2 connections to 127.0.0.1:6379: data in flight, so keepalive does not apply");
    }

    @Test
    void expectsTheProbeOfTheEarliestConnectionBeforeTheBound() {
        Prediction prediction = of(IDLE + keepalive("119min") + keepalive("4.976ms"));

        assertThat(prediction.firstProbe()).contains(Duration.ofMillis(4976));
        assertThat(prediction.canNoticeWithin(Duration.ofMillis(4977))).isTrue();
        assertThat(prediction.canNoticeWithin(Duration.ofMillis(4976))).isFalse();
    }

    @Test
    void predictsNothingWithoutAConnection() {
        assertThat(of("").isConnected()).isFalse();
        assertThat(of(IDLE).isConnected()).isTrue();
        assertThat(of("").describe()).isEqualTo("no connection of the client to the target was seen");
    }

    private static Prediction of(String ss) {
        return new Prediction(TcpSocket.parse(ss));
    }

    private static String keepalive(String timer) {
        return "ESTAB 0 0 127.0.0.1:54286 127.0.0.1:6379 timer:(keepalive," + timer + ",0) ino:1 sk:1 <->\n";
    }
}
