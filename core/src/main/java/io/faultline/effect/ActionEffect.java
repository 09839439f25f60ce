package io.faultline.effect;

import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.topology.Hop;
import io.faultline.topology.ResolvedTarget;
import java.time.Instant;
import java.util.List;

/** Something that the agent itself does to the processes of one container. Packets pass. */
public interface ActionEffect extends AgentEffect {

    /** What it does, and undoes. */
    AgentAction action();

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
    default Script script(String tag, Instant expiry) {
        return Script.doing(action());
    }

    @Override
    default List<Count> evidence(String tag, Readings readings) {
        return readings
                .action()
                .map(state -> Count.ofContainer(unit(), state.number(), state.of(), state.needed()))
                .stream()
                .toList();
    }

    @Override
    default boolean isIntact(String tag, Readings readings) {
        return readings.action().filter(state -> state.flaw().isEmpty()).isPresent();
    }
}
