package io.faultline.verify;

import io.faultline.inject.Reach;
import io.faultline.observe.Client;
import io.faultline.observe.ClientNetwork;
import io.faultline.observe.ClientSockets;
import io.faultline.observe.Observation;
import io.faultline.observe.Poll;
import io.faultline.observe.TcpSocket;
import io.faultline.observe.TcpSocket.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A client's established connections before a fault, as far as they can be seen.
 *
 * @param blind why they cannot be
 * @param network where the client's packets come from; empty if that is not known
 */
record ConnectionsBefore(
        List<TcpSocket> established, Optional<RuntimeException> blind, Optional<ClientNetwork> network) {

    // For some 40 ms after a client's last word its acknowledgment can be out; the kernel's timer then says nothing yet
    // of what it will do on an idle connection.
    private static final Duration ACKNOWLEDGED = Duration.ofMillis(150);

    static ConnectionsBefore of(Client client) throws InterruptedException {
        try {
            return new ConnectionsBefore(atRest(client), Optional.empty(), network(client));
        } catch (RuntimeException e) {
            return new ConnectionsBefore(List.of(), Optional.of(e), Optional.empty());
        }
    }

    /** Where a client's packets come from now; empty if that cannot be seen. */
    static Optional<ClientNetwork> network(Client client) {
        try {
            return client.sockets().flatMap(ClientSockets::network);
        } catch (
                RuntimeException
                        e) { // of the agent or the engine, or it has ended: what cannot be seen is not attributed
            return Optional.empty();
        }
    }

    /** Those that lead to a fault's targets. */
    List<TcpSocket> toTargetOf(Reach reach) {
        return established.stream().filter(reach::leadsToTarget).toList();
    }

    private static List<TcpSocket> atRest(Client client) throws InterruptedException {
        List<TcpSocket> seen = established(client);
        if (areAcknowledged(seen)) {
            return seen;
        }
        long limit = System.nanoTime() + ACKNOWLEDGED.toNanos();
        try (Poll poll = Poll.start(
                () -> new Observation(areAcknowledged(established(client)), "", Duration.ZERO), Poll.PERIOD)) {
            poll.await(limit);
        }
        return established(client);
    }

    private static List<TcpSocket> established(Client client) {
        return client.look().sockets().stream()
                .filter(socket -> socket.state() == State.ESTABLISHED)
                .toList();
    }

    private static boolean areAcknowledged(List<TcpSocket> sockets) {
        return sockets.stream().allMatch(TcpSocket::isAcknowledged);
    }
}
