package io.faultline.topology;

import java.util.List;

/**
 * A stretch of a route that can be cut in one namespace.
 *
 * @param ports the published ports that a {@link Kind#PROXY} leg is made of; empty for a {@link Kind#CONTAINER} leg,
 *     which carries everything
 */
public record Leg(Kind kind, NetworkNamespace namespace, List<PublishedPort> ports) {

    /** Where the leg is cut. */
    public enum Kind {
        /** The container's own namespace: everything that enters or leaves it. */
        CONTAINER,
        /** The published port in the namespace where docker-proxy listens. */
        PROXY,
        /** A Toxiproxy of ours, which clients connect to in place of the target ({@link StreamRoute}). */
        STREAM
    }

    public Leg {
        ports = List.copyOf(ports);
    }
}
