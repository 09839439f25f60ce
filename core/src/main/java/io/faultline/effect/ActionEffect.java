package io.faultline.effect;

import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.topology.Hop;
import io.faultline.topology.ResolvedTarget;
import java.util.List;

/** Something that the agent does to the processes of one container. Packets pass. */
public interface ActionEffect extends AgentEffect {

    /** What it is counted in. */
    EvidenceUnit unit();

    /** Others can be in the same network namespace. */
    @Override
    default boolean isOn(ResolvedTarget resolved) {
        return namespace().equals(resolved.namespace());
    }

    @Override
    default boolean hits(Hop hop) {
        return false;
    }

    @Override
    default List<Count> evidence(ActionState state) {
        return List.of(Count.ofContainer(unit(), state.number(), state.of(), state.needed()));
    }
}
