package io.faultline.verify;

import io.faultline.observe.TcpSocket;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a connection with data in flight does after a healing: nothing, until the kernel sends that data again. How long
 * that takes grows with the fault's own length (RFC 6298, section 5: the retransmission timer backs off), and nothing
 * that the peer does shortens it.
 *
 * @param connection to whom
 * @param due from the healing
 */
record RecoveryPrediction(TcpSocket connection, Duration due) {

    /** The connection that goes on last; empty if none has data in flight that was not acknowledged. */
    static Optional<RecoveryPrediction> of(List<TcpSocket> atHealing) {
        return atHealing.stream()
                .filter(socket ->
                        !socket.state().isClosedHere() && socket.progress().queued() > 0)
                .flatMap(socket -> socket
                        .timer()
                        .filter(timer -> timer.kind().equals("retransmit"))
                        .map(timer -> new RecoveryPrediction(socket, timer.due()))
                        .stream())
                .max(Comparator.comparing(RecoveryPrediction::due));
    }

    /** One line for people, without a full stop. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "at healing, the connection to %s had data in flight, which the kernel sends again %.1f s later; until then "
                        + "nothing goes on there",
                connection.peer(),
                due.toMillis() / 1e3);
    }
}
