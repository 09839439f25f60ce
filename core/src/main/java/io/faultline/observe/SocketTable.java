package io.faultline.observe;

import java.util.List;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Sockets as the kernel listed them.
 *
 * @param sockets of TCP
 * @param udp of UDP, of the client and of others in its network namespace
 * @param seenNanos when it had, as {@link System#nanoTime()}: on a busy machine long before the list is at hand
 */
@API(status = Status.INTERNAL)
public record SocketTable(List<TcpSocket> sockets, List<UdpSocket> udp, long seenNanos) {

    public SocketTable {
        sockets = List.copyOf(sockets);
        udp = List.copyOf(udp);
    }

    /** Without any of UDP. */
    public SocketTable(List<TcpSocket> sockets, long seenNanos) {
        this(sockets, List.of(), seenNanos);
    }

    /** With those of TCP alone that are as asked. */
    public SocketTable only(Predicate<TcpSocket> wanted) {
        return new SocketTable(sockets.stream().filter(wanted).toList(), udp, seenNanos);
    }
}
