package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * Whether a connection to a port can be opened. Asks the container itself where this JVM reaches it: docker-proxy, which
 * serves published ports, accepts connections though nobody listens behind it.
 *
 * @param role who is looked at
 * @param port in the container
 */
public record TcpProbe(String role, int port) implements Probe {

    /** @throws IllegalArgumentException if the role is blank or the port is none */
    public TcpProbe {
        Text.required(role, "a role");
        Text.port(port);
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        return ProbeExecution.within(within, look -> {
            Endpoint endpoint = Endpoint.of(system, role, port);
            connect(endpoint.address(), look);
            return endpoint.isProxy()
                    ? new ProbeResult(
                            true, "connected", "to docker-proxy, which accepts even if nobody listens behind it")
                    : ProbeResult.ok("connected");
        });
    }

    /** A connection that is closed when the look is over. */
    static Socket connect(InetSocketAddress address, ProbeExecution look) throws IOException {
        Socket socket = look.closing(new Socket());
        socket.connect(address, Math.toIntExact(look.left().toMillis()));
        return socket;
    }
}
