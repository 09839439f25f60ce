package io.faultline.truth;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A client in this JVM that sends datagrams to a {@link Member}, from one socket, and waits for each to come back. Thread-safe. */
public final class Querier implements Party {

    private static final int PATIENCE_MILLIS = 400;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final DatagramSocket socket;
    private final Ticking ticking;
    private volatile boolean up;

    private Querier(InetSocketAddress to) throws IOException {
        socket = new DatagramSocket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        ticking = Ticking.every(PAUSE, () -> up = isAnswered(to));
    }

    /** One that is answered. */
    static Querier of(String address, int port) {
        try {
            Querier querier = new Querier(new InetSocketAddress(address, port));
            await().atMost(Duration.ofSeconds(10))
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(10))
                    .until(querier::isUp);
            return querier;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isAnswered(InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(new byte[] {'x'}, 1, to));
            socket.receive(new DatagramPacket(new byte[9], 9));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean isUp() {
        return up;
    }

    @Override
    public boolean isDown() {
        return !up;
    }

    @Override
    public void close() {
        ticking.close();
        socket.close();
    }
}
