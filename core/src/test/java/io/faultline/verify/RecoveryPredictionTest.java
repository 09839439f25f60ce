package io.faultline.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.observe.TcpSocket;
import io.faultline.observe.TcpSocket.State;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecoveryPredictionTest {

    private static final Sockets STUCK = Sockets.idle().progress(1, 9, 0);

    @Test
    void waitsForTheConnectionThatGoesOnLast() {
        List<TcpSocket> atHealing = sockets(
                STUCK.timer("retransmit", Duration.ofMillis(400)),
                STUCK.to("172.17.0.4", 80).timer("retransmit", Duration.ofMillis(13_400)),
                STUCK.timer("retransmit", Duration.ofSeconds(2)));

        assertThat(RecoveryPrediction.of(atHealing)).hasValueSatisfying(prediction -> {
            assertThat(prediction.due()).isEqualTo(Duration.ofMillis(13_400));
            assertThat(prediction.describe())
                    .isEqualTo(
                            "at healing, the connection to 172.17.0.4:80 had data in flight, which the kernel sends again "
                                    + "13.4 s later; until then nothing goes on there");
        });
    }

    @Test
    void foretellsNothingWhereNothingIsInFlight() {
        Duration due = Duration.ofSeconds(9);

        assertThat(RecoveryPrediction.of(sockets(
                        Sockets.idle(),
                        Sockets.idle().timer("retransmit", due),
                        STUCK.timer("keepalive", due),
                        STUCK.timer("probe", due),
                        STUCK,
                        STUCK.state(State.FIN_WAIT1).timer("retransmit", due))))
                .isEmpty();
    }

    private static List<TcpSocket> sockets(Sockets... sockets) {
        return Stream.of(sockets).map(Sockets::socket).toList();
    }
}
