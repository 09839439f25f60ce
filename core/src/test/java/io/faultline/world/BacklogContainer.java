package io.faultline.world;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** An HTTP service that serves one connection at a time, half a second each, while others wait in its accept queue. */
public final class BacklogContainer extends GenericContainer<BacklogContainer> {

    private static final int PORT = 7000;
    private static final String PROGRAM = """
            import os, signal, socket, sys, time
            listening, leaving = socket.create_server(("", 7000), backlog=32), []
            signal.signal(signal.SIGTERM, lambda *_: leaving.append(True))
            def serve(client):
                client.recv(4096)
                time.sleep(0.5)
                client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok")
                client.close()
            print("ready", flush=True)
            listening.settimeout(0.05)
            while not leaving:
                try:
                    client = listening.accept()[0]
                except TimeoutError:
                    continue
                client.settimeout(None)
                serve(client)
            if sys.argv[1] == "drains":
                listening.settimeout(0)
                try:
                    while True:
                        client = listening.accept()[0]
                        client.settimeout(None)
                        serve(client)
                except BlockingIOError:
                    pass
            listening.close()
            time.sleep(0.1)
            print("bye", flush=True)
            """;

    private BacklogContainer(String manner) {
        super(DockerImageName.parse(Peer.image()));
        withCommand("python3", "-c", PROGRAM, manner);
        withExposedPorts(PORT);
        waitingFor(Wait.forLogMessage("ready.*", 1));
    }

    /** Serves what waits in its accept queue before it closes its listening socket. */
    public static BacklogContainer thatDrains() {
        return new BacklogContainer("drains");
    }

    /** Finishes what it serves, and closes its listening socket with whatever waits there, as gunicorn's sync worker does. */
    public static BacklogContainer thatForgets() {
        return new BacklogContainer("forgets");
    }

    public Target target() {
        return Faultline.target("backlog", this);
    }

    public URI uri() {
        return URI.create("http://" + address() + ":" + PORT + "/");
    }

    private String address() {
        return getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    /** Connections, each with a request that was sent. */
    public List<Socket> ask(int clients) throws IOException {
        List<Socket> asking = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Socket client = Peer.connect(address(), PORT);
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            asking.add(client);
        }
        return asking;
    }

    /** How many of them were answered to the end. */
    public static int answered(List<Socket> asking) throws IOException {
        int answered = 0;
        for (Socket client : asking) {
            try (client) {
                answered += new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).endsWith("ok")
                        ? 1
                        : 0;
            } catch (SocketException reset) {
                continue; // it was not
            }
        }
        return answered;
    }
}
