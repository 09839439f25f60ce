package io.faultline.scenario.probe;

import io.faultline.scenario.RunningSystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.containers.ContainerState;

/** A system of one role that is no container but a port of this JVM, at which every connection is served in the same way. */
final class Listener implements RunningSystem {

    /** What is done with a connection whose first line was read. Returning closes it. */
    @FunctionalInterface
    interface Manner {
        void serve(Socket connection, BufferedReader request) throws IOException;
    }

    private final ServerSocket server;
    private final Manner manner;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> open = new ArrayList<>();

    private Listener(ServerSocket server, Manner manner) {
        this.server = server;
        this.manner = manner;
    }

    static Listener serving(Manner manner) {
        try {
            Listener listener = new Listener(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), manner);
            listener.begin(listener::acceptAll);
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Listener answering(String answer) {
        return serving(
                (connection, request) -> connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8)));
    }

    static Listener silent() {
        return serving((connection, request) -> request.lines().forEach(line -> {}));
    }

    int connections() {
        return connections.get();
    }

    private void begin(Runnable task) {
        Thread thread = new Thread(task, "listener");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.incrementAndGet();
                synchronized (open) {
                    open.add(connection);
                }
                begin(() -> serve(connection));
            }
        } catch (IOException closed) {
            return; // by the end of the test
        }
    }

    private void serve(Socket connection) {
        try (connection;
                BufferedReader request = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            request.readLine();
            manner.serve(connection, request);
        } catch (IOException | UncheckedIOException gone) {
            return; // the peer is gone
        }
    }

    @Override
    public List<String> roles() {
        return List.of("client");
    }

    @Override
    public ContainerState container(String role) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InetSocketAddress address(String role, int port) {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    @Override
    public void close() {
        try {
            server.close();
            synchronized (open) {
                for (Socket connection : open) {
                    connection.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
