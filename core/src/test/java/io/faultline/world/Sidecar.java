package io.faultline.world;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A container in the network namespace of another, or of the Docker host. It writes a numbered line every 10 ms, tells over TCP,
 * on a port that it finds free, how many it has written, and leaves gracefully. It has little memory and a small disk at /data.
 */
public final class Sidecar extends GenericContainer<Sidecar> {

    private static final String PROGRAM = """
            import os, signal, socketserver, threading, time
            lines = 0
            class Tell(socketserver.StreamRequestHandler):
                def handle(self):
                    self.wfile.write(b"%d\\n" % lines)
            class Server(socketserver.ThreadingTCPServer):
                daemon_threads = True
            def leave(*_):
                server.socket.close()
                time.sleep(0.3)
                os.write(1, b"bye\\n")
                os._exit(0)
            signal.signal(signal.SIGTERM, leave)
            signal.signal(signal.SIGHUP, lambda *_: None)
            server = Server(("", 0), Tell)
            os.write(1, b"ready on %d\\n" % server.server_address[1])
            threading.Thread(target=server.serve_forever, daemon=True).start()
            while True:
                os.write(1, b"line %d\\n" % lines)
                lines += 1
                time.sleep(0.01)
            """;
    private static final Pattern READY = Pattern.compile("ready on (\\d+)\n");

    private Sidecar(String networkMode) {
        super(DockerImageName.parse(Peer.image()));
        withNetworkMode(networkMode);
        withCommand("python3", "-c", PROGRAM);
        withTmpFs(Map.of("/data", "rw,size=4m"));
        withCreateContainerCmdModifier(cmd -> cmd.getHostConfig().withMemory(64L << 20));
        waitingFor(Wait.forLogMessage("ready on.*", 1));
    }

    public static Sidecar of(GenericContainer<?> owner) {
        return new Sidecar("container:" + owner.getContainerId());
    }

    public static Sidecar onTheHost() {
        return new Sidecar("host");
    }

    public Target target() {
        return Faultline.target("sidecar", this);
    }

    /** The port that its newest process listens on; asks for its log. */
    public int port() {
        Matcher ready = READY.matcher(getLogs());
        int port = 0;
        while (ready.find()) {
            port = Integer.parseInt(ready.group(1));
        }
        return port;
    }

    /** How many lines it has written; does not wait for it longer than a second. */
    public static long lines(String address, int port) throws IOException {
        try (Socket socket = Peer.connect(address, port)) {
            socket.setSoTimeout(1000);
            return Long.parseLong(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine());
        }
    }
}
