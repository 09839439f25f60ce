package io.faultline.world;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A container that tells over TCP what time it is, of day and since its machine started. Reads its clock only when it is asked. */
public final class ClockContainer extends GenericContainer<ClockContainer> {

    private static final int PORT = 7000;
    private static final String PROGRAM = """
            import socketserver, time
            class Tell(socketserver.BaseRequestHandler):
                def handle(self):
                    while True:
                        before, day, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
                        if after - before < 300_000: # else it had to wait for a CPU between the two
                            return self.request.sendall(b"%%d %%d\\n" %% (day, before))
            socketserver.ThreadingTCPServer(("", %d), Tell).serve_forever(poll_interval=3600)
            """;

    @SuppressWarnings("this-escape")
    public ClockContainer() {
        super(DockerImageName.parse(Peer.image()));
        withCommand("python3", "-c", PROGRAM.formatted(PORT));
        withExposedPorts(PORT);
        waitingFor(Wait.forListeningPort());
    }

    /** What it said, and when that was, as this JVM knows the time of day. */
    public record Told(long dayNanos, long monotonicNanos, long trueNanos) {

        public double aheadSeconds() {
            return (dayNanos - trueNanos) / 1e9;
        }

        /** How many seconds of the day pass with each second. */
        public double rateSince(Told earlier) {
            return (double) (dayNanos - earlier.dayNanos) / (monotonicNanos - earlier.monotonicNanos);
        }
    }

    public Target target() {
        return Faultline.target("timepiece", this);
    }

    public Told tell() {
        String address = getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        try (Socket socket = Peer.connect(address, PORT)) {
            socket.setSoTimeout(10_000);
            String[] words = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine()
                    .split(" ");
            return new Told(Long.parseLong(words[0]), Long.parseLong(words[1]), System.currentTimeMillis() * 1_000_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
