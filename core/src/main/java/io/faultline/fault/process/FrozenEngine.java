package io.faultline.fault.process;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.ResolvedTarget;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The engine is frozen for a time: it answers nothing about any container, and reads no output. Containers run on.
 *
 * @param place a container that it runs, for people: {@code "app"}
 * @param namespace where that one's first process lives
 */
record FrozenEngine(String place, NetworkNamespace namespace, FreezeEngineAction action) implements ActionEffect {

    private static final Pattern TOLD = Pattern.compile("engine: (\\d+) of (\\d+) ms");

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
    public List<Count> evidence(String tag, Readings readings) {
        return readings
                .ofAction(TOLD)
                .map(told -> Count.ofContainer(
                        EvidenceUnit.SILENT, Long.parseLong(told.group(1)), Long.parseLong(told.group(2))))
                .stream()
                .toList();
    }

    /** Nobody else can let it go. */
    @Override
    public boolean isIntact(String tag, Readings readings) {
        return readings.ofAction(TOLD).isPresent();
    }
}
