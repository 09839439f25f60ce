package io.faultline.topology;

import java.util.List;

/**
 * An open way to a target's port through a Toxiproxy of ours, which stream faults are injected into. Clients take it by
 * connecting to {@link #host()} and {@link #port()} in place of the target's own; those in containers on the target's
 * networks to {@link #networkHost()} and {@link #networkPort()}.
 *
 * @param target whom it leads to
 * @param targetPort the port in the target's container
 * @param containerId the engine's full id of the target
 * @param proxy the proxy itself
 * @param host for clients where this JVM runs
 * @param port likewise
 */
public record StreamRoute(Target target, int targetPort, String containerId, Proxy proxy, String host, int port) {

    /**
     * The proxy's container.
     *
     * @param name by which Docker's DNS knows it on the target's own networks
     * @param addresses on every network that it is on
     * @param listening the port inside, where it takes connections
     * @param published that port as the engine publishes it on the Docker host
     * @param hasName whether Docker's DNS knows it at all: not on the default bridge
     */
    public record Proxy(
            String name,
            NetworkNamespace namespace,
            List<String> addresses,
            int listening,
            int published,
            boolean hasName) {

        public Proxy {
            addresses = List.copyOf(addresses);
        }
    }

    /** For clients in containers that share a network with the target. */
    public String networkHost() {
        return proxy.hasName() ? proxy.name() : proxy.addresses().get(0);
    }

    /** For clients in containers that share a network with the target. */
    public int networkPort() {
        return proxy.listening();
    }

    /**
     * Whether clients where this JVM runs reach the proxy itself. Else its port is published, and what serves published
     * ports stands between: docker-proxy, for one, accepts by itself, and hands a reset on as an end of stream.
     */
    public boolean isDirect() {
        return proxy.addresses().contains(host);
    }

    /** Whether a connection to this address and port takes this way. */
    public boolean isTakenBy(String address, int peerPort) {
        boolean direct = peerPort == proxy.listening() && proxy.addresses().contains(address);
        return direct || peerPort == proxy.published();
    }

    @Override
    public String toString() {
        return host + ":" + port + " through " + proxy.name() + " to " + target + " port " + targetPort;
    }
}
