package io.faultline.observe;

import java.util.List;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * TCP sockets as the kernel listed them.
 *
 * @param seenNanos when it had, as {@link System#nanoTime()}: on a busy machine long before the list is at hand
 */
@API(status = Status.INTERNAL)
public record SocketTable(List<TcpSocket> sockets, long seenNanos) {

    public SocketTable {
        sockets = List.copyOf(sockets);
    }

    /** Those alone that are as asked. */
    public SocketTable only(Predicate<TcpSocket> wanted) {
        return new SocketTable(sockets.stream().filter(wanted).toList(), seenNanos);
    }
}
