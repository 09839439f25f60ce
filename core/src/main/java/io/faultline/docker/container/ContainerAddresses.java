package io.faultline.docker.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Ports.Binding;
import io.faultline.topology.NetworkMode;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.containers.ContainerState;

/**
 * Where this machine reaches a container, as it was when the engine was asked. One in the network of another is reached where
 * that other is.
 */
public final class ContainerAddresses {

    private static final String LOOPBACK = "127.0.0.1";
    private static final List<String> WILDCARDS = List.of("", "0.0.0.0", "::");

    private final String dockerHost;
    private final InspectContainerResponse container;
    private final InspectContainerResponse owner;

    private ContainerAddresses(String dockerHost, InspectContainerResponse container, InspectContainerResponse owner) {
        this.dockerHost = dockerHost;
        this.container = container;
        this.owner = owner;
    }

    /** Asks the engine. */
    public static ContainerAddresses of(ContainerState container) {
        String host = container.getHost();
        InspectContainerResponse now = container.getCurrentContainerInfo();
        return new ContainerAddresses(host.equals("localhost") ? LOOPBACK : host, now, owner(container, now));
    }

    private static InspectContainerResponse owner(ContainerState container, InspectContainerResponse now) {
        Optional<String> id = ContainerLookup.ownerId(now);
        try {
            return id.isEmpty() ? now : Inspection.of(container.getDockerClient(), id.get());
        } catch (NotFoundException removed) {
            return now; // its network is gone with it
        }
    }

    /** Whether it uses the network of the Docker host, where each of its ports is one of the host's. */
    public boolean isOnHostsNetwork() {
        return ContainerLookup.networkMode(owner, Optional.empty()).kind() == NetworkMode.Kind.HOST;
    }

    /** The Docker host, as this machine reaches it. */
    public String dockerHost() {
        return dockerHost;
    }

    /**
     * Where a TCP port of it is published: at the address of the binding, or at the Docker host's if it is bound to all; over
     * IPv4 if there is a choice.
     */
    public Optional<InetSocketAddress> published(int port) {
        return bindings(port)
                .min(Comparator.comparing(ContainerAddresses::isIpv6))
                .map(binding -> new InetSocketAddress(host(binding), Integer.parseInt(binding.getHostPortSpec())));
    }

    private Stream<Binding> bindings(int port) {
        Binding[] found = all().get(ExposedPort.tcp(port));
        return found == null ? Stream.empty() : Arrays.stream(found);
    }

    private Map<ExposedPort, Binding[]> all() {
        Ports ports = owner.getNetworkSettings().getPorts();
        return ports == null ? Map.of() : ports.getBindings();
    }

    private static boolean isIpv6(Binding binding) {
        return address(binding).contains(":");
    }

    private static String address(Binding binding) {
        return Objects.requireNonNullElse(binding.getHostIp(), "");
    }

    private String host(Binding binding) {
        String address = address(binding);
        boolean isLocal = dockerHost.equals(LOOPBACK);
        if (WILDCARDS.contains(address)) {
            return isLocal && isIpv6(binding) ? "::1" : dockerHost;
        }
        boolean isLoopback = address.startsWith("127.") || address.equals("::1");
        return isLoopback && !isLocal ? dockerHost : address;
    }

    /** The ports that it exposes, published or not. */
    public List<String> exposed() {
        return all().keySet().stream().map(ExposedPort::toString).sorted().toList();
    }

    /** Its own address on one of its networks. */
    public Optional<String> own() {
        return owner.getNetworkSettings().getNetworks().values().stream()
                .map(ContainerNetwork::getIpAddress)
                .filter(address -> address != null && !address.isEmpty())
                .findFirst();
    }

    /** As the engine calls it: {@code running}. */
    public String state() {
        return Objects.requireNonNullElse(container.getState().getStatus(), "in an unknown state");
    }
}
