package io.faultline.effect;

import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.ResolvedTarget;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A change that the agent makes, in a network namespace or to the processes of a container there. */
public interface AgentEffect extends Effect {

    /** Where it happens. */
    NetworkNamespace namespace();

    @Override
    default boolean isOn(ResolvedTarget resolved) {
        return namespace().inode() == resolved.namespace().inode();
    }

    /** What the agent is told to do; it knows by itself how that is undone. */
    AgentAction action();

    /** Whether it can turn into this one while it is open, without a gap: another strength of the same. */
    default boolean canBecome(AgentEffect other) {
        return false;
    }

    /** The packet filter by which it harms packets, which may remember whose they were; empty if it harms them otherwise, or none. */
    @API(status = Status.INTERNAL)
    default Optional<PacketFilter> filteredBy() {
        return Optional.empty();
    }

    /** What it did so far, by what the agent says of it. */
    List<Count> evidence(ActionState state);
}
