package io.faultline.truth;

import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/** Containers on a network of their own, that one case after the other is carried out on. */
final class Troupe implements AutoCloseable {

    final Network network = Network.newNetwork();
    final Member target = Member.named("target")
            .withNetwork(network)
            .withNetworkAliases("target")
            .withExposedPorts(Member.PORT);
    final Member other = Member.named("other").withNetwork(network).withNetworkAliases("other");
    final Member client = Member.named("client").withNetwork(network).withNetworkAliases("client");
    final Member host;

    /** @param host another process of the Docker host, which runs */
    Troupe(Member host) {
        this.host = host;
        try {
            Startables.deepStart(target, other, client).join();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether the next case can be carried out on it. */
    boolean isWell() {
        return target.isWell() && other.isWell() && client.isWell();
    }

    @Override
    public void close() {
        try (network;
                client;
                other) {
            target.stop();
        }
    }
}
