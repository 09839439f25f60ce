package io.faultline.agent;

import com.google.gson.annotations.SerializedName;
import io.faultline.observe.SocketTable;
import io.faultline.observe.TcpSocket;
import io.faultline.observe.UdpSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The sockets of a network namespace, field for field (docs/AGENT_PROTOCOL.md). */
record ListedSockets(
        List<Tcp> sockets,
        List<Udp> udp,
        @SerializedName("now_ns") long nowNanos) {

    SocketTable by(LongUnaryOperator clock) {
        return new SocketTable(
                sockets.stream().map(Tcp::read).toList(),
                udp.stream().map(Udp::read).toList(),
                clock.applyAsLong(nowNanos));
    }

    record Udp(String local, @SerializedName("local_port") int localPort, long inode, boolean held) {

        UdpSocket read() {
            return new UdpSocket(new TcpSocket.Endpoint(local, localPort), inode, held);
        }
    }

    /** A TCP socket, field for field of sock_diag(7); what a kernel does not tell is 0. */
    record Tcp(
            String state,
            String local,
            @SerializedName("local_port") int localPort,
            String peer,
            @SerializedName("peer_port") int peerPort,
            long inode,
            @SerializedName("send_queue") long sendQueue,
            @Nullable String timer,
            @SerializedName("timer_ms") long timerMillis,
            int retransmits,
            int probes,
            @SerializedName("last_sent_ms") long lastSentMillis,
            @SerializedName("last_received_ms") long lastReceivedMillis,
            long retransmitted,
            long acked,
            long received) {

        TcpSocket read() {
            return new TcpSocket(
                    TcpSocket.State.valueOf(state),
                    new TcpSocket.Endpoint(local, localPort),
                    new TcpSocket.Endpoint(peer, peerPort),
                    inode,
                    Optional.ofNullable(timer).map(kind -> new TcpSocket.Timer(kind, Duration.ofMillis(timerMillis))),
                    new TcpSocket.Progress(
                            acked,
                            sendQueue,
                            received,
                            retransmitted,
                            retransmits + probes,
                            Duration.ofMillis(lastSentMillis),
                            Duration.ofMillis(lastReceivedMillis)));
        }
    }
}
