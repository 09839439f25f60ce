package io.faultline.world;

import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;

/** A fault with a given plan. */
public record FakeFault(String name, List<? extends Effect> effects, List<String> bypasses) implements Fault {

    public static FakeFault of(String name, Effect... effects) {
        return new FakeFault(name, List.of(effects), List.of());
    }

    @Override
    public List<Target> targets() {
        return List.of(ResolvedTargets.TARGET);
    }

    @Override
    public Plan plan(Topology topology) {
        return new Plan(List.copyOf(effects), bypasses);
    }

    @Override
    public String toString() {
        return name;
    }
}
