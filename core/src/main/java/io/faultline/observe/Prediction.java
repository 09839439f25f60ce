package io.faultline.observe;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What the kernel will do about a client's connections if the network goes silent, read from their sockets instead of
 * waited for.
 *
 * @param connections the client's established connections to the target, by whatever address
 */
public record Prediction(@API(status = Status.INTERNAL) List<TcpSocket> connections) {

    @API(status = Status.INTERNAL)
    public Prediction {
        connections = List.copyOf(connections);
    }

    /** Whether there is an established connection to the peer at all. */
    public boolean isConnected() {
        return !connections.isEmpty();
    }

    /**
     * How soon the first of the connections will send its first probe or retransmission; empty if none will ever. The
     * answer's absence is noticed only some probes later.
     */
    public Optional<Duration> firstProbe() {
        return connections.stream()
                .flatMap(socket -> socket.timer().stream())
                .map(TcpSocket.Timer::due)
                .min(Duration::compareTo);
    }

    /** Whether an idle client can notice a silent partition before the bound at all. */
    public boolean canNoticeWithin(Duration bound) {
        return firstProbe().filter(due -> due.compareTo(bound) < 0).isPresent();
    }

    /** One line for people, without a full stop. */
    public String describe() {
        if (connections.isEmpty()) {
            return "no connection of the client to the target was seen";
        }
        String peer = connections.get(0).peer().toString();
        String many =
                connections.size() == 1 ? "the connection to " + peer : connections.size() + " connections to " + peer;
        if (!connections.stream().allMatch(TcpSocket::isAcknowledged)) {
            return many + ": data in flight, so keepalive does not apply; the kernel retransmits for about 15 minutes "
                    + "(tcp_retries2) unless TCP_USER_TIMEOUT is set";
        }
        return firstProbe()
                .map(due -> many + ": the first keepalive probe is due in " + words(due))
                .orElse(many + ": no keepalive is armed, so an idle connection never notices a silent partition");
    }

    private static String words(Duration due) {
        if (due.compareTo(Duration.ofMinutes(100)) > 0) {
            return String.format(Locale.ROOT, "%d min (about %.0f hours)", due.toMinutes(), due.toMinutes() / 60.0);
        }
        return due.compareTo(Duration.ofMinutes(2)) > 0
                ? due.toMinutes() + " min"
                : String.format(Locale.ROOT, "%.1f s", due.toMillis() / 1e3);
    }
}
