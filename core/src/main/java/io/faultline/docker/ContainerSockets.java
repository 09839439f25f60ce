package io.faultline.docker;

import io.faultline.agent.AgentException;
import io.faultline.observe.ClientSockets;
import io.faultline.observe.SocketTable;
import io.faultline.topology.NetworkNamespace;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The sockets of a container, and not those of others that share its network. Where it lives is found out again when it
 * is not there any more, as after a restart.
 */
final class ContainerSockets implements ClientSockets {

    private final DockerRun run;
    private final Supplier<NetworkNamespace> lookup;
    private Optional<NetworkNamespace> known = Optional.empty();

    ContainerSockets(DockerRun run, Supplier<NetworkNamespace> lookup) {
        this.run = run;
        this.lookup = lookup;
    }

    @Override
    public synchronized SocketTable all() {
        if (known.isPresent()) {
            try {
                return run.agent().socketsOf(known.get());
            } catch (AgentException e) {
                known = Optional.empty();
            }
        }
        known = Optional.of(lookup.get());
        return run.agent().socketsOf(known.get());
    }
}
