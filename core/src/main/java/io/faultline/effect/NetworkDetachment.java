package io.faultline.effect;

import io.faultline.topology.AttachedNetwork;
import io.faultline.topology.Hop;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Detaches a container from networks: its interfaces there go, and so do its published ports that these carried.
 *
 * @param place what is detached, for people: {@code "redis"}
 * @param networks in the order in which they are attached again
 * @param remaining those that it stays attached to
 */
public record NetworkDetachment(
        String place, String containerId, List<AttachedNetwork> networks, List<AttachedNetwork> remaining)
        implements ContainerChange {

    public NetworkDetachment {
        networks = List.copyOf(networks);
        remaining = List.copyOf(remaining);
    }

    @Override
    public String summary() {
        return "detach " + place + " from "
                + networks.stream().map(AttachedNetwork::toString).collect(Collectors.joining(", "));
    }

    @Override
    public Impact impact() {
        return Impact.DETACHES;
    }

    /** With another network left, it is not known which of them a connection uses. */
    @Override
    public boolean hits(Hop hop) {
        return remaining.isEmpty();
    }

    @Override
    public boolean stopsAll() {
        return true;
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof NetworkDetachment detachment
                && containerId.equals(detachment.containerId)
                && !Collections.disjoint(networks, detachment.networks);
    }
}
