package io.faultline.topology;

import java.util.List;

/**
 * How a client reaches a target. A client of a published port on a host with docker-proxy talks to the proxy, not to
 * the container, so that route has two legs, and a cut of either alone leaves the other connection up.
 */
public record Route(Kind kind, List<Leg> legs) {

    /** The ways to a container. */
    public enum Kind {
        /** Straight to the container's address, from its networks or from the Docker host. */
        DIRECT,
        /** Through ports that docker-proxy serves. */
        PUBLISHED_PORT
    }

    public Route {
        legs = List.copyOf(legs);
    }
}
