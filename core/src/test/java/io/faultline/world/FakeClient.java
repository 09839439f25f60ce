package io.faultline.world;

import io.faultline.observe.Client;
import io.faultline.observe.SocketTable;
import io.faultline.observe.TcpSocket;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A client whose sockets are whatever a test says. */
public final class FakeClient {

    private volatile Supplier<List<TcpSocket>> sockets;

    public FakeClient(Sockets... sockets) {
        has(sockets);
    }

    /** It has these from now on. */
    public void has(Sockets... now) {
        List<TcpSocket> seen = Stream.of(now).map(Sockets::socket).toList();
        sockets = () -> seen;
    }

    /** Its sockets are asked for from now on. */
    public void has(Supplier<List<TcpSocket>> now) {
        sockets = now;
    }

    public Client client() {
        return new Client(
                "the client", Optional.empty(), Optional.of(() -> new SocketTable(sockets.get(), System.nanoTime())));
    }
}
