package io.faultline.fault.process;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.EndedContainer;
import io.faultline.effect.Impact;
import io.faultline.effect.PausedContainer;
import io.faultline.topology.NetworkNamespace;
import java.util.Collections;

/**
 * Processes of a container that are frozen: they run no instruction, and signals other than SIGKILL wait for them. Their
 * kernel goes on, so connections are accepted, data is acknowledged and keepalives are answered.
 *
 * @param place whose processes they are, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record FrozenProcesses(String place, NetworkNamespace namespace, FreezeAction action) implements ActionEffect {

    @Override
    public Impact impact() {
        return Impact.STOPS;
    }

    /** A client that waits for an answer hears nothing. */
    @Override
    public boolean stopsAll() {
        return true;
    }

    /** A process has one tracer, and what is in the engine's freezer or ended has none. */
    @Override
    public boolean overlaps(Effect other) {
        return isOfTheirContainer(other)
                || (other instanceof FrozenProcesses held
                        && namespace.equals(held.namespace)
                        && (action.names().isEmpty()
                                || held.action.names().isEmpty()
                                || !Collections.disjoint(action.names(), held.action.names())));
    }

    private boolean isOfTheirContainer(Effect other) {
        return (other instanceof PausedContainer paused && namespace.equals(paused.namespace()))
                || (other instanceof EndedContainer ended && namespace.equals(ended.namespace()));
    }

    @Override
    public String summary() {
        return "freeze " + (action.names().isEmpty() ? "every process" : String.join(", ", action.names())) + " of "
                + place;
    }

    @Override
    public EvidenceUnit unit() {
        return EvidenceUnit.FROZEN;
    }
}
