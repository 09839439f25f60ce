package io.faultline.topology;

import java.util.Optional;

/**
 * A port of a container that the engine makes reachable on the Docker host.
 *
 * @param transport {@code tcp}, {@code udp} or {@code sctp}
 * @param hostAddress the address it is bound to: {@code 0.0.0.0}, {@code ::} or a specific one
 * @param service who answers on that address
 * @param proxy the namespace in which docker-proxy listens; present exactly if the service is {@link Service#PROXY}
 */
public record PublishedPort(
        String transport,
        String hostAddress,
        int hostPort,
        int containerPort,
        Service service,
        Optional<NetworkNamespace> proxy) {

    /** Who answers a connection from the Docker host itself to the published port. */
    public enum Service {
        /** The userland proxy: its kernel answers the client's keepalives, and the container never sees them. */
        PROXY,
        /** Address translation alone: packets reach the container's own namespace. */
        NAT,
        /** Something outside the engine's kernel (Docker Desktop, rootless port drivers): it cannot be cut from there. */
        OUT_OF_REACH
    }

    public PublishedPort {
        if (proxy.isPresent() != (service == Service.PROXY)) {
            throw new IllegalArgumentException(
                    "A proxy's namespace goes with service PROXY, but service was " + service);
        }
    }

    public boolean isIpv6() {
        return hostAddress.contains(":");
    }

    /** Whether the same port of a container is published at the same place. */
    boolean isAt(PublishedPort other) {
        return transport.equals(other.transport)
                && hostAddress.equals(other.hostAddress)
                && hostPort == other.hostPort
                && containerPort == other.containerPort;
    }

    /** Whether it listens on every address of its family. */
    public boolean isWildcard() {
        return hostAddress.equals("0.0.0.0") || hostAddress.equals("::");
    }

    @Override
    public String toString() {
        String host = isIpv6() ? "[" + hostAddress + "]" : hostAddress;
        return host + ":" + hostPort + "->" + containerPort + "/" + transport;
    }
}
