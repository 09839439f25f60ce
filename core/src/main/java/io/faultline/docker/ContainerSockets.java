package io.faultline.docker;

import io.faultline.agent.AgentException;
import io.faultline.docker.container.NamespaceSharers;
import io.faultline.observe.ClientNetwork;
import io.faultline.observe.ClientSockets;
import io.faultline.observe.SocketTable;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.ResolvedTarget;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The sockets of a container, and not those of others that share its network. Where it lives is found out again when it
 * is not there any more, as after a restart.
 */
final class ContainerSockets implements ClientSockets {

    private final DockerRun run;
    private final Supplier<ResolvedTarget> lookup;
    private Optional<NetworkNamespace> known = Optional.empty();

    ContainerSockets(DockerRun run, Supplier<ResolvedTarget> lookup) {
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
        known = Optional.of(lookup.get().namespace());
        return run.agent().socketsOf(known.get());
    }

    /** Looked for among all processes of the Docker host, which takes some milliseconds. */
    @Override
    public Optional<ClientNetwork> network() {
        ResolvedTarget resolved = lookup.get();
        boolean isOwn = resolved.networkMode().isOwn()
                && !new NamespaceSharers(run.engine()).shareNetwork(run.agent(), resolved.pid());
        return Optional.of(new ClientNetwork(
                resolved.namespace().inode(),
                resolved.interfaces().stream()
                        .flatMap(each -> each.addresses().stream())
                        .map(ClientNetwork::address)
                        .collect(Collectors.toSet()),
                isOwn,
                ClientNetwork.USUAL_FIRST_CHOSEN_PORT));
    }
}
