package io.faultline;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.docker.container.ContainerAddresses;
import io.faultline.topology.Target;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.containers.ContainerState;

/** A container of Testcontainers', as a target and as something to connect to. */
record StartedContainer(ContainerState container) {

    Target target() {
        InspectContainerResponse started = container.getContainerInfo();
        if (started == null) {
            return target("container"); // which refuses it
        }
        return target(alias(started)
                .orElseGet(() -> Objects.requireNonNull(started.getConfig().getImage())));
    }

    /** The name that its network knows it by, and not one of those that Testcontainers and Docker give by themselves. */
    private static Optional<String> alias(InspectContainerResponse started) {
        return started.getNetworkSettings().getNetworks().values().stream()
                .flatMap(network -> Stream.ofNullable(network.getAliases()).flatMap(List::stream))
                .filter(alias -> !alias.startsWith("tc-") && !started.getId().startsWith(alias))
                .findFirst();
    }

    Target target(String label) {
        String id = container.getContainerId();
        if (id == null) {
            throw new IllegalArgumentException(
                    "The container \"" + label + "\" was not started, so there is nothing to "
                            + "inject a fault into. Start it first, or annotate it with @Container.");
        }
        return new Target(id, label);
    }

    InetSocketAddress publishedAddress(int port) {
        ContainerAddresses now = ContainerAddresses.of(container);
        return now.published(port)
                .orElseThrow(() -> new IllegalStateException("Port " + port + " of \"" + container.getContainerId()
                        + "\" is not published now (published: " + now.exposed()
                        + "). Is the container disconnected, or was the port not exposed?"));
    }
}
