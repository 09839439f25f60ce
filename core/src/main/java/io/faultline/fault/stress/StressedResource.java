package io.faultline.fault.stress;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.topology.NetworkNamespace;

/**
 * A resource of a container that is short: CPU time, memory, room on a disk, or descriptors.
 *
 * @param place whose it is, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record StressedResource(String place, NetworkNamespace namespace, Stressor action) implements ActionEffect {

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
    public EvidenceUnit unit() {
        return action.unit();
    }
}
