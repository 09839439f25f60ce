package io.faultline.fault.stress;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.topology.NetworkNamespace;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A resource of a container that is short: CPU time, memory, room on a disk, or descriptors.
 *
 * @param place whose it is, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record StressedResource(String place, NetworkNamespace namespace, Stressor action) implements ActionEffect {

    private static final Pattern TOLD = Pattern.compile("stress: (\\d+) of (\\d+)(, not needed)?(?:; (.*))?");

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof StressedResource stressed
                && namespace.equals(stressed.namespace)
                && action.contends(stressed.action);
    }

    @Override
    public boolean endsItsTarget() {
        return action.isFatal();
    }

    @Override
    public String summary() {
        return action.summary(place);
    }

    @Override
    public String adviceIfUnmet() {
        return "Was it healed as soon as it began? Keep it open while " + place + " works.";
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        return readings
                .ofAction(TOLD)
                .map(told -> Count.ofContainer(
                        action.unit(),
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
                .orElseGet(() -> ActionEffect.super.flaw(tag, readings));
    }
}
