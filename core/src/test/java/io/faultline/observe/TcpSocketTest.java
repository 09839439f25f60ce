package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.observe.TcpSocket.Endpoint;
import io.faultline.observe.TcpSocket.State;
import io.faultline.world.Sockets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpSocketTest {

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 32768, 127.0.0.1:32768", "::1, 80, [::1]:80"})
    void writesAnEndpointAsPeopleDo(String address, int port, String written) {
        assertThat(new Endpoint(address, port)).hasToString(written);
    }

    @Test
    void isClosedHereOnceItsOwnSideHasSentTheFinOrIsGone() {
        assertThat(Stream.of(State.values()).filter(State::isClosedHere))
                .containsExactlyInAnyOrder(
                        State.FIN_WAIT1, State.FIN_WAIT2, State.TIME_WAIT, State.LAST_ACK, State.CLOSING, State.CLOSE);
    }

    @Test
    void hasWrittenWhatIsConfirmedAndWhatIsNot() {
        TcpSocket socket = Sockets.idle().progress(100, 7, 0).socket();

        assertThat(socket.progress().written()).isEqualTo(107);
        assertThat(socket.isAcknowledged()).isFalse();
        assertThat(Sockets.idle().socket().isAcknowledged()).isTrue();
    }
}
