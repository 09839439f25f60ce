package io.faultline.scenario;

/**
 * How scenarios are played.
 *
 * @param containerLegOnly whether faults leave docker-proxy's leg of the route alone, to show what that hides
 */
public record Settings(Client client, boolean containerLegOnly) {

    /** As in {@code naive client, container leg only}. */
    @Override
    public String toString() {
        return client + " client" + (containerLegOnly ? ", container leg only" : "");
    }
}
