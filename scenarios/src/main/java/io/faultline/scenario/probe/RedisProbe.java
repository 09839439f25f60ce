package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Whether a Redis answers PING with PONG, over a connection of its own.
 *
 * @param role who is looked at
 * @param port in the container, 6379 by default
 */
public record RedisProbe(String role, int port) implements Probe {

    /** Redis' own. */
    public static final int PORT = 6379;

    private static final int LONGEST_LINE = 500;

    /** @throws IllegalArgumentException if the role is blank or the port is none */
    public RedisProbe {
        Text.required(role, "a role");
        Text.port(port);
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        return ProbeExecution.within(within, look -> {
            Socket socket = TcpProbe.connect(system.address(role, port), look);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = line(socket.getInputStream());
            if (answer.startsWith("-NOAUTH")) {
                throw new ProbeException(
                        "The Redis at \"" + role + "\" wants a password, which this probe has not. Use "
                                + "a command probe: redis-cli -a PASSWORD ping.");
            }
            return new ProbeResult(answer.equals("+PONG"), Text.excerpt(answer.replaceFirst("^[+-]", "")), "");
        });
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException();
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("no Redis, but: " + line);
            }
            line.append((char) read);
        }
        return line.toString().strip();
    }
}
