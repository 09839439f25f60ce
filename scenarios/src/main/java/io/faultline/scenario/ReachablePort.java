package io.faultline.scenario;

import io.faultline.docker.container.ContainerAddresses;
import java.net.InetSocketAddress;
import org.testcontainers.containers.ContainerState;

/** Finds where this JVM reaches a port of a container. */
final class ReachablePort {

    private ReachablePort() {}

    static InetSocketAddress of(String role, ContainerState container, int port) {
        ContainerAddresses now = ContainerAddresses.of(container);
        if (now.isOnHostsNetwork()) {
            return new InetSocketAddress(now.dockerHost(), port);
        }
        return now.published(port)
                .or(() -> now.own().map(address -> new InetSocketAddress(address, port)))
                .orElseThrow(() -> new IllegalStateException("Nobody reaches port " + port + " of \"" + role
                        + "\" now: its container is on no network (it is " + now.state() + ")."));
    }
}
