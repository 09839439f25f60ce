package io.faultline.fault.stress;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.topology.Hop;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.ResolvedTarget;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A resource of a container that is short: CPU time, memory, room on a disk, or descriptors.
 *
 * @param place whose it is, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record StressedResource(String place, NetworkNamespace namespace, Stressor stressor) implements AgentEffect {

    private static final Pattern TOLD = Pattern.compile("strain: (\\d+) of (\\d+)(, not needed)?(?:; (.*))?");

    /** Others can be in the same network namespace. */
    @Override
    public boolean isOn(ResolvedTarget resolved) {
        return namespace.equals(resolved.namespace());
    }

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    /** Packets pass; the process that works on them lacks something. */
    @Override
    public boolean hits(Hop hop) {
        return false;
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof StressedResource strained
                && namespace.equals(strained.namespace)
                && stressor.contends(strained.stressor);
    }

    @Override
    public boolean endsItsTarget() {
        return stressor.isFatal();
    }

    @Override
    public String summary() {
        return stressor.summary(place);
    }

    @Override
    public String adviceIfUnmet() {
        return "Was it healed as soon as it began? Keep it open while " + place + " works.";
    }

    @Override
    public Script script(String tag, Instant expiry) {
        return Script.doing(stressor);
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        return readings
                .ofAction(TOLD)
                .map(told -> Count.ofContainer(
                        stressor.unit(),
                        Long.parseLong(told.group(1)),
                        Long.parseLong(told.group(2)),
                        told.group(3) == null))
                .stream()
                .toList();
    }

    @Override
    public boolean isIntact(String tag, Readings readings) {
        return readings.ofAction(TOLD).filter(told -> told.group(4) == null).isPresent();
    }

    @Override
    public String flaw(String tag, Readings readings) {
        return readings.ofAction(TOLD)
                .map(told -> told.group(4))
                .orElseGet(() -> AgentEffect.super.flaw(tag, readings));
    }
}
