package io.faultline.effect;

import io.faultline.topology.Hop;
import io.faultline.topology.ResolvedTarget;
import java.time.Instant;

/** Something that the agent itself does to the processes of one container. Packets pass. */
public interface ActionEffect extends AgentEffect {

    /** What it does, and undoes. */
    AgentAction action();

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
    default Script script(String tag, Instant expiry) {
        return Script.doing(action());
    }
}
