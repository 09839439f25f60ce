package io.faultline.scenario;

import java.util.Optional;

/**
 * How scenarios are played.
 *
 * @param client whether the side that is judged copes: the client, or the reference system
 * @param system the reference system that is judged; empty where it is a client in this JVM
 * @param containerLegOnly whether faults leave docker-proxy's leg of the route alone, to show what that hides
 */
public record Settings(Client client, Optional<Reference> system, boolean containerLegOnly) {

    /** As in {@code naive client, container leg only} or {@code naive java-service}. */
    @Override
    public String toString() {
        return client + " " + system.map(Reference::toString).orElse("client")
                + (containerLegOnly ? ", container leg only" : "");
    }
}
