package io.faultline.observe;

import java.time.Duration;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A TCP socket as the kernel of one of its ends sees it at one moment (sock_diag(7), {@code struct tcp_info}).
 *
 * @param timer the timer that is armed; empty on an idle connection without keepalive
 * @param inode the socket's number, as in /proc/PID/fd; 0 if it belongs to no process any more
 */
@API(status = Status.INTERNAL)
public record TcpSocket(
        State state, Endpoint local, Endpoint peer, long inode, Optional<Timer> timer, Progress progress) {

    /** A TCP state by its name in RFC 9293, as the kernel spells it. */
    public enum State {
        ESTABLISHED,
        SYN_SENT,
        SYN_RECV,
        FIN_WAIT1,
        FIN_WAIT2,
        TIME_WAIT,
        CLOSE,
        CLOSE_WAIT,
        LAST_ACK,
        LISTEN,
        CLOSING;

        /** Whether this side has closed it, or never opened it. */
        public boolean isClosedHere() {
            return switch (this) {
                case FIN_WAIT1, FIN_WAIT2, TIME_WAIT, LAST_ACK, CLOSING, CLOSE -> true;
                default -> false;
            };
        }
    }

    /** An address literal, without brackets or scope, and a port. */
    public record Endpoint(String address, int port) {

        @Override
        public String toString() {
            return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
        }
    }

    /**
     * An armed timer and when it goes off.
     *
     * @param kind {@code keepalive}, {@code retransmit}, or {@code probe} of a window of zero
     */
    public record Timer(String kind, Duration due) {}

    /**
     * What the connection has carried, and what it waits for.
     *
     * @param acknowledged bytes that the peer's kernel has confirmed
     * @param queued bytes that were written and are not confirmed yet
     * @param received bytes that came from the peer
     * @param retransmitted segments that were sent again, in all its life
     * @param unanswered retransmissions and probes in a row that nothing came back for
     * @param sinceSent how long ago it last sent data
     * @param sinceReceived how long ago it last received data
     */
    public record Progress(
            long acknowledged,
            long queued,
            long received,
            long retransmitted,
            int unanswered,
            Duration sinceSent,
            Duration sinceReceived) {

        /** Of a connection that has carried nothing. */
        public static final Progress NONE = new Progress(0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

        /** Bytes that its process has written so far. */
        public long written() {
            return acknowledged + queued;
        }
    }

    /** Whether the peer has confirmed all that was sent. */
    public boolean isAcknowledged() {
        return progress.queued() == 0;
    }
}
