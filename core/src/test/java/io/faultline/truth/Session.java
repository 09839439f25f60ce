package io.faultline.truth;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a {@link Member} does for one case, over a connection of its own. Thread-safe. */
public final class Session implements Party {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;
    private final BufferedReader in;

    Session(String host, int port) throws IOException {
        socket = connected(new InetSocketAddress(host, port));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /**
     * The clients of other cases may still ask for a container that had the same address before this one, and until the host has
     * looked for it in vain, it has no route to this one either.
     */
    private static Socket connected(InetSocketAddress address) {
        return await().atMost(PATIENCE)
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(50))
                .ignoreException(NoRouteToHostException.class)
                .until(() -> connect(address), Socket::isConnected);
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, (int) PATIENCE.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Says something, and returns the answer. */
    public synchronized String tell(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        String answer = in.readLine();
        if (answer == null) {
            throw new EOFException("no answer to " + line);
        }
        return answer;
    }

    /** Begins something, and waits until it goes well. */
    public Session doing(String line) throws IOException {
        tell(line);
        await().atMost(PATIENCE)
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(20))
                .until(this::isUp);
        return this;
    }

    @Override
    public boolean isUp() {
        return state().equals("up");
    }

    @Override
    public boolean isDown() {
        return state().startsWith("down");
    }

    /** {@code up}, or {@code down} and how it failed. */
    public String state() {
        try {
            return tell("state");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
