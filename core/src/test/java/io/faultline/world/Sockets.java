package io.faultline.world;

import io.faultline.observe.SocketTable;
import io.faultline.observe.TcpSocket;
import io.faultline.observe.TcpSocket.Endpoint;
import io.faultline.observe.TcpSocket.Progress;
import io.faultline.observe.TcpSocket.State;
import io.faultline.observe.TcpSocket.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** A socket made up by hand, from an idle connection of the Docker host to {@link ResolvedTargets#redis()}. */
public record Sockets(TcpSocket socket) {

    /** To a target, opened and not used. */
    public static Sockets idle() {
        Progress opened = new Progress(1, 0, 0, 0, 0, Duration.ofMinutes(1), Duration.ofMinutes(1));
        return new Sockets(new TcpSocket(
                State.ESTABLISHED,
                new Endpoint("172.17.0.1", 5),
                new Endpoint("172.17.0.2", 6379),
                1,
                Optional.empty(),
                opened));
    }

    /** Some of them, as the kernel listed them at a moment. */
    public static SocketTable seen(long nanos, Sockets... sockets) {
        return new SocketTable(Stream.of(sockets).map(Sockets::socket).toList(), nanos);
    }

    public static Sockets in(State state) {
        return idle().state(state);
    }

    /** Once it has sent some bytes that were confirmed. */
    public static Sockets sent(long bytes) {
        return idle().progress(bytes + 1, 0, 0);
    }

    public Sockets state(State state) {
        return new Sockets(
                new TcpSocket(state, socket.local(), socket.peer(), socket.inode(), socket.timer(), socket.progress()));
    }

    public Sockets from(String address, int port) {
        return new Sockets(new TcpSocket(
                socket.state(),
                new Endpoint(address, port),
                socket.peer(),
                socket.inode(),
                socket.timer(),
                socket.progress()));
    }

    public Sockets to(String address, int port) {
        return new Sockets(new TcpSocket(
                socket.state(),
                socket.local(),
                new Endpoint(address, port),
                socket.inode(),
                socket.timer(),
                socket.progress()));
    }

    public Sockets inode(long inode) {
        return new Sockets(
                new TcpSocket(socket.state(), socket.local(), socket.peer(), inode, socket.timer(), socket.progress()));
    }

    public Sockets timer(String kind, Duration due) {
        return new Sockets(new TcpSocket(
                socket.state(),
                socket.local(),
                socket.peer(),
                socket.inode(),
                Optional.of(new Timer(kind, due)),
                socket.progress()));
    }

    /** In bytes; a handshake is one that is acknowledged. */
    public Sockets progress(long acknowledged, long queued, long received) {
        Progress was = socket.progress();
        return with(new Progress(
                acknowledged, queued, received, 0, was.unanswered(), was.sinceSent(), was.sinceReceived()));
    }

    public Sockets unanswered(int times) {
        Progress was = socket.progress();
        return with(new Progress(
                was.acknowledged(), was.queued(), was.received(), times, times, was.sinceSent(), was.sinceReceived()));
    }

    public Sockets since(Duration sent, Duration received) {
        Progress was = socket.progress();
        return with(
                new Progress(was.acknowledged(), was.queued(), was.received(), 0, was.unanswered(), sent, received));
    }

    private Sockets with(Progress progress) {
        return new Sockets(
                new TcpSocket(socket.state(), socket.local(), socket.peer(), socket.inode(), socket.timer(), progress));
    }
}
