package io.faultline.observe;

import io.faultline.observe.TcpSocket.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Which ports a client had, put together from looks at the sockets of its network namespace: when it had which of UDP for
 * itself, and of TCP those of its connections. What it opened and closed between two looks is not known. Thread-safe.
 */
@API(status = Status.INTERNAL)
public final class ClientPorts {

    private static final Set<String> UNSPECIFIED = Set.of("0.0.0.0", "::");

    private final Map<Endpoint, Long> had = new HashMap<>();
    private final List<Hold> earlier = new ArrayList<>();
    private final Set<Endpoint> connected = new HashSet<>();
    private Set<Integer> othersBefore = Set.of();
    private long latestNanos;
    private boolean looked;

    /** A port that was the client's alone from one moment to another, as {@link System#nanoTime()}. */
    private record Hold(Endpoint local, long fromNanos, long toNanos) {

        boolean covers(String address, int port, long nanos) {
            return isAt(local, address, port) && nanos - fromNanos >= 0 && nanos - toNanos <= 0;
        }
    }

    /**
     * Takes what a look saw.
     *
     * @param beganNanos when the look began
     */
    public synchronized void look(long beganNanos, SocketTable table) {
        table.sockets().forEach(socket -> connected.add(socket.local()));
        Set<Integer> others = ports(table, false);
        Set<Endpoint> own = table.udp().stream()
                .filter(socket ->
                        socket.isClients() && !others.contains(socket.local().port()))
                .map(UdpSocket::local)
                .collect(Collectors.toSet());
        // It had a port before the look that shows it; but not if somebody else had it at the look before that.
        own.forEach(local ->
                had.putIfAbsent(local, looked && !othersBefore.contains(local.port()) ? latestNanos : beganNanos));
        had.forEach((local, since) -> {
            if (!own.contains(local)) {
                long until = others.contains(local.port()) ? latestNanos : table.seenNanos();
                earlier.add(new Hold(local, since, until));
            }
        });
        had.keySet().retainAll(own);
        othersBefore = others;
        latestNanos = beganNanos;
        looked = true;
    }

    private static Set<Integer> ports(SocketTable table, boolean ofClient) {
        return table.udp().stream()
                .filter(socket -> socket.isClients() == ofClient)
                .map(socket -> socket.local().port())
                .collect(Collectors.toSet());
    }

    /** Whether a TCP socket was ever seen there. */
    public synchronized boolean sawConnection(Endpoint local) {
        return connected.contains(local);
    }

    /**
     * Whether what UDP sent from there at a moment came from the client, and what went there went to it.
     *
     * @param address one of those where the client lives, a literal without brackets
     * @param nanos the moment, as {@link System#nanoTime()}
     */
    public synchronized boolean hadUdp(String address, int port, long nanos) {
        return had.entrySet().stream()
                        .anyMatch(each -> isAt(each.getKey(), address, port) && nanos - each.getValue() >= 0)
                || earlier.stream().anyMatch(hold -> hold.covers(address, port, nanos));
    }

    private static boolean isAt(Endpoint local, String address, int port) {
        return local.port() == port
                && (UNSPECIFIED.contains(local.address()) || local.address().equals(address));
    }
}
