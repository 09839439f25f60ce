package io.faultline.effect;

import io.faultline.topology.Hop;
import io.faultline.topology.NetworkNamespace;

/**
 * A container in Docker's freezer: no process in it runs, and signals wait. Its kernel goes on, so connections are
 * accepted, data is acknowledged and keepalives are answered.
 *
 * @param namespace where its first process lives
 */
public record PausedContainer(String place, String containerId, NetworkNamespace namespace) implements ContainerChange {

    @Override
    public String summary() {
        return "pause " + place;
    }

    @Override
    public Impact impact() {
        return Impact.STOPS;
    }

    /** Packets pass; their reader is frozen. */
    @Override
    public boolean hits(Hop hop) {
        return false;
    }

    /** A client that waits for an answer hears nothing. */
    @Override
    public boolean stopsAll() {
        return true;
    }

    /** Docker can change nothing else about it, and no tracer can hold what is frozen. */
    @Override
    public boolean overlaps(Effect other) {
        return other instanceof ContainerChange change && containerId.equals(change.containerId());
    }
}
