package io.faultline.fault.process;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.ResolvedTarget;

/**
 * The engine is frozen for a time: it answers nothing about any container, and reads no output. Containers run on.
 *
 * @param place a container that it runs, for people: {@code "app"}
 * @param namespace where that one's first process lives
 */
record FrozenEngine(String place, NetworkNamespace namespace, FreezeEngineAction action) implements ActionEffect {

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    /** It is on the engine, which is no target, and no client's connections lead there. */
    @Override
    public boolean isOn(ResolvedTarget resolved) {
        return false;
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof FrozenEngine;
    }

    @Override
    public String summary() {
        return "freeze the engine that runs " + place + " for " + action.milliseconds() / 1000.0 + " s";
    }

    @Override
    public EvidenceUnit unit() {
        return EvidenceUnit.SILENT;
    }
}
