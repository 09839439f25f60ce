package io.faultline.scenario;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.testcontainers.containers.ContainerState;

/** Finds where this JVM reaches a port of a container. */
final class ReachablePort {

    private ReachablePort() {}

    static InetSocketAddress of(String role, ContainerState container, int port) {
        InspectContainerResponse now = container.getCurrentContainerInfo();
        HostConfig host = now.getHostConfig();
        if (host != null && "host".equals(host.getNetworkMode())) {
            return new InetSocketAddress(dockerHost(container), port);
        }
        return published(now, port)
                .map(number -> new InetSocketAddress(dockerHost(container), number))
                .or(() -> own(now).map(address -> new InetSocketAddress(address, port)))
                .orElseThrow(() -> new IllegalStateException("Nobody reaches port " + port + " of \"" + role
                        + "\" now: its container is on no network (it is " + state(now) + ")."));
    }

    private static String dockerHost(ContainerState container) {
        String host = container.getHost();
        return host.equals("localhost") ? "127.0.0.1" : host;
    }

    private static Optional<Integer> published(InspectContainerResponse now, int port) {
        Ports.Binding[] bindings =
                now.getNetworkSettings().getPorts().getBindings().get(ExposedPort.tcp(port));
        return bindings == null || bindings.length == 0
                ? Optional.empty()
                : Optional.of(Integer.valueOf(bindings[0].getHostPortSpec()));
    }

    private static Optional<String> own(InspectContainerResponse now) {
        return now.getNetworkSettings().getNetworks().values().stream()
                .map(ContainerNetwork::getIpAddress)
                .filter(address -> address != null && !address.isEmpty())
                .findFirst();
    }

    private static String state(InspectContainerResponse now) {
        return Objects.requireNonNullElse(now.getState().getStatus(), "in an unknown state");
    }
}
