package io.faultline.world;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A container that writes a numbered line every 10 ms from its main thread, and tells over TCP, from another, how many it
 * has written: it can be asked also when its output is blocked.
 */
public final class LoggingContainer extends GenericContainer<LoggingContainer> {

    private static final int PORT = 7000;
    private static final String PROGRAM = """
            import os, socketserver, threading, time
            lines = 0
            class Tell(socketserver.StreamRequestHandler):
                def handle(self):
                    self.wfile.write(b"%%d\\n" %% lines)
            server = socketserver.ThreadingTCPServer(("", %d), Tell)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            while True:
                os.write(%d, b"line %%d\\n" %% lines)
                lines += 1
                time.sleep(%s)
            """;

    private LoggingContainer(int descriptor, String pause) {
        this(List.of("python3", "-c", PROGRAM.formatted(PORT, descriptor, pause)));
    }

    private LoggingContainer(List<String> command) {
        super(DockerImageName.parse(Peer.image()));
        withCommand(command.toArray(String[]::new));
        withExposedPorts(PORT);
        waitingFor(Wait.forListeningPort());
    }

    public static LoggingContainer onStdout() {
        return new LoggingContainer(1, "0.01");
    }

    public static LoggingContainer onStderr() {
        return new LoggingContainer(2, "0.01");
    }

    /** Writes its first line, and no other for an hour. */
    public static LoggingContainer silent() {
        return new LoggingContainer(1, "3600");
    }

    /** Whose output goes where Docker does not read it. */
    public static LoggingContainer intoAFile() {
        return new LoggingContainer(
                List.of("sh", "-c", "exec python3 -c \"$0\" > /tmp/log", PROGRAM.formatted(PORT, 1, "0.01")));
    }

    /** As a user that is not root, in the container and on the host. */
    public LoggingContainer asAnotherUser() {
        return withCreateContainerCmdModifier(cmd -> cmd.withUser("1000:1000"));
    }

    public Target target() {
        return Faultline.target("chatter", this);
    }

    /** How many lines it has written. */
    public long lines() {
        String address = getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        try (Socket socket = Peer.connect(address, PORT)) {
            socket.setSoTimeout(10_000);
            return Long.parseLong(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it writes at all for a while. */
    public boolean writes() throws InterruptedException {
        long before = lines();
        Thread.sleep(Duration.ofMillis(300).toMillis());
        return lines() > before;
    }
}
