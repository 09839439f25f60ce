package io.faultline.observe;

import io.faultline.observe.TcpSocket.Endpoint;
import io.faultline.observe.TcpSocket.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What a client did on certain connections and what became of them, put together from looks at its sockets. Thread-safe.
 */
@API(status = Status.INTERNAL)
public final class ClientActivity {

    /** So long ago can what a client waits for have been asked, and what it listens for have come. */
    private static final Duration RECENT = Duration.ofSeconds(10);

    private static final Duration UNANSWERED = Duration.ofMillis(100);

    /** The kernel counts what opens a connection as one byte that was written and acknowledged. */
    private static final long HANDSHAKE = 1;

    /** The same of what closes it, until that is acknowledged. */
    private static final long FIN = 1;

    private final Map<Connection, TcpSocket> before = new HashMap<>();
    private final Set<Connection> closedHere = new HashSet<>();
    private final List<Event> events = new ArrayList<>();
    private List<TcpSocket> latest = List.of();
    private long latestNanos;
    private boolean looked;

    /** Something that happened on a connection. */
    public enum What {
        /** It asks for a connection, and nobody has answered yet. */
        CONNECTING("asks for a connection"),
        CONNECTED("was opened"),
        SENT("sent data"),
        RECEIVED("received data"),
        /** What was sent is not acknowledged, though it should be by now; the kernel sends it, or a probe, again. */
        UNANSWERED("sent what was not acknowledged"),
        /** It asked for something a while ago, and has received nothing since. */
        WAITING("waited for an answer"),
        /** It received something shortly before, and nothing since. */
        DEAF("received nothing any more"),
        /** The client closed it while it waited. */
        GIVEN_UP("was given up before an answer came"),
        /** The client closed it, and the other side had not. */
        CLOSED("was closed by the client"),
        /** It was ended, and not by the client. */
        ENDED("was ended");

        private final String words;

        What(String words) {
            this.words = words;
        }
    }

    /**
     * One such thing.
     *
     * @param afterNanos when it certainly had not happened yet, as {@link System#nanoTime()}; of {@link What#WAITING} since when it has
     *     lasted
     * @param nanos when it was seen, or certainly still lasted
     */
    public record Event(What what, TcpSocket socket, long afterNanos, long nanos) {

        /** As in {@code its connection to 172.17.0.2:6379 sent data}. */
        public String describe() {
            return "its connection to " + socket.peer() + " " + what.words;
        }
    }

    private record Connection(Endpoint local, Endpoint peer) {

        static Connection of(TcpSocket socket) {
            return new Connection(socket.local(), socket.peer());
        }
    }

    /**
     * Takes what a look saw.
     *
     * @param beganNanos when the look began
     * @param table the client's sockets, those only that it is about
     */
    public synchronized void look(long beganNanos, SocketTable table) {
        long nanos = table.seenNanos();
        long since = looked ? latestNanos : beganNanos;
        Map<Connection, TcpSocket> now = new HashMap<>();
        for (TcpSocket socket : table.sockets()) {
            Connection connection = Connection.of(socket);
            now.put(connection, socket);
            Optional<TcpSocket> earlier =
                    Optional.ofNullable(before.get(connection)).filter(each -> isTheSame(each, socket));
            if (socket.state().isClosedHere()) {
                closedHere.add(connection); // one that was not seen open has no owner: it can be of any process
                earlier.filter(each -> !each.state().isClosedHere())
                        .flatMap(each -> closing(each, socket))
                        .ifPresent(how -> add(how, earlier.get(), since, nanos));
            } else {
                compare(earlier, socket, new Moment(since, beganNanos, nanos));
            }
        }
        before.forEach((connection, earlier) -> {
            boolean isThere = now.containsKey(connection) && isTheSame(earlier, now.get(connection));
            if (!isThere && earlier.state() != State.CLOSE_WAIT && !closedHere.contains(connection)) {
                add(What.ENDED, earlier, since, nanos);
            }
        });
        now.forEach((connection, socket) -> {
            if (!socket.state().isClosedHere()) {
                closedHere.remove(connection);
            }
        });
        before.clear();
        before.putAll(now);
        latest = table.sockets();
        latestNanos = beganNanos;
        looked = true;
    }

    /** Whether it is not another one from the same port, which a client opens once the first is gone. */
    private static boolean isTheSame(TcpSocket earlier, TcpSocket later) {
        boolean isAnother = earlier.state().isClosedHere() && !later.state().isClosedHere();
        boolean sameOwner = earlier.inode() == later.inode() || earlier.inode() == 0 || later.inode() == 0;
        return !isAnother && sameOwner;
    }

    /** From the look before, which what changed came after, to this one, which what is there now was there in. */
    private record Moment(long after, long began, long ended) {}

    private void compare(Optional<TcpSocket> earlier, TcpSocket socket, Moment moment) {
        TcpSocket.Progress progress = socket.progress();
        if (socket.state() == State.SYN_SENT) {
            add(What.CONNECTING, socket, moment.began(), moment.ended());
        } else if (looked
                && earlier.filter(each -> each.state() != State.SYN_SENT).isEmpty()) {
            add(What.CONNECTED, socket, moment.after(), moment.ended());
        }
        if (isUnacknowledged(earlier.map(TcpSocket::progress), progress)) {
            add(What.UNANSWERED, socket, moment.began(), moment.ended());
        }
        if (socket.state() == State.CLOSE_WAIT) {
            boolean wasOpen =
                    earlier.filter(each -> each.state() == State.CLOSE_WAIT).isEmpty();
            if (looked && wasOpen) { // else a client that never closes it would be met by every later fault
                add(What.ENDED, socket, moment.after(), moment.ended());
            }
            return;
        }
        long written = earlier.map(each -> each.progress().written()).orElse(looked ? HANDSHAKE : progress.written());
        long received = earlier.map(each -> each.progress().received()).orElse(looked ? 0 : progress.received());
        if (progress.written() > Math.max(HANDSHAKE, written)) {
            add(What.SENT, socket, moment.after(), moment.ended());
        }
        if (progress.received() > received) {
            add(What.RECEIVED, socket, moment.after(), moment.ended());
        }
        if (isWaiting(progress)) {
            long since = waitsSince(progress, moment);
            boolean waitedBefore = since - moment.began() <= 0;
            add(
                    What.WAITING,
                    socket,
                    waitedBefore ? since : moment.began(),
                    waitedBefore ? moment.began() : moment.ended());
        }
    }

    /** From when it has certainly waited: on a busy machine that can be long before the first look that sees it. */
    private static long waitsSince(TcpSocket.Progress progress, Moment moment) {
        return moment.ended() - progress.sinceSent().minus(UNANSWERED).toNanos();
    }

    /**
     * Whether what was sent should have been confirmed by now. A first retransmission that is a tail loss probe (RFC 8985) is
     * none to the kernel's count of those in a row.
     */
    private static boolean isUnacknowledged(Optional<TcpSocket.Progress> earlier, TcpSocket.Progress progress) {
        boolean sentAgain = earlier.filter(each -> progress.retransmitted() > each.retransmitted())
                .isPresent();
        boolean isData = progress.acknowledged() > 0; // else it asks for a connection
        boolean isOverdue = sentAgain || progress.sinceSent().compareTo(UNANSWERED) > 0;
        return progress.unanswered() > 0 || (isData && progress.queued() > 0 && isOverdue);
    }

    /** How the client has closed a connection since: before an acknowledgment of its data (and not of its FIN alone) or an answer. */
    private static Optional<What> closing(TcpSocket earlier, TcpSocket socket) {
        if (socket.progress().queued() > FIN || isWaiting(socket.progress())) {
            return Optional.of(What.GIVEN_UP);
        }
        boolean isOpenThere = socket.state() == State.FIN_WAIT1 || socket.state() == State.FIN_WAIT2;
        return isOpenThere && earlier.state() == State.ESTABLISHED ? Optional.of(What.CLOSED) : Optional.empty();
    }

    /** The kernel counts in ticks, and takes the handshake for something received: a client that asks in the same tick seems answered. */
    private static boolean isWaiting(TcpSocket.Progress progress) {
        Duration asked = progress.sinceSent();
        return progress.written() > HANDSHAKE
                && (progress.received() == 0 || asked.compareTo(progress.sinceReceived()) < 0)
                && asked.compareTo(UNANSWERED) > 0
                && asked.compareTo(RECENT) < 0;
    }

    private void add(What what, TcpSocket socket, long afterNanos, long nanos) {
        events.add(new Event(what, socket, afterNanos, nanos));
    }

    /**
     * Whether a connection received something shortly before a moment that was no answer, and nothing since. A client that only
     * asks and is answered hears nothing either while it asks nothing.
     *
     * @param sinceNanos the moment, as {@link System#nanoTime()}
     */
    public synchronized Optional<Event> deafSince(long sinceNanos) {
        Duration since = Duration.ofNanos(latestNanos - sinceNanos);
        return latest.stream()
                .filter(socket ->
                        socket.state() == State.ESTABLISHED && socket.progress().received() > 0)
                .filter(socket -> {
                    TcpSocket.Progress progress = socket.progress();
                    return progress.sinceSent().minus(progress.sinceReceived()).compareTo(UNANSWERED) > 0;
                })
                .filter(socket -> socket.progress().sinceReceived().compareTo(since) > 0
                        && socket.progress().sinceReceived().compareTo(since.plus(RECENT)) < 0)
                .findFirst()
                .map(socket -> new Event(What.DEAF, socket, sinceNanos, latestNanos));
    }

    /** The first event that is as asked. */
    public synchronized Optional<Event> first(Predicate<Event> wanted) {
        return events.stream().filter(wanted).findFirst();
    }

    /** What was seen last. */
    public synchronized List<TcpSocket> latest() {
        return latest;
    }

    /** Whether there ever was a connection. */
    public synchronized boolean isEmpty() {
        return events.isEmpty() && before.isEmpty() && closedHere.isEmpty();
    }
}
