package io.faultline.world;

import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.terrain.Target;
import io.faultline.terrain.Terrain;
import java.util.List;

/** A fault with a given plan. */
public record FakeFault(String name, List<? extends Effect> effects, List<String> uncut) implements Fault {

    public static FakeFault of(String name, Effect... effects) {
        return new FakeFault(name, List.of(effects), List.of());
    }

    @Override
    public List<Target> targets() {
        return List.of(Sites.TARGET);
    }

    @Override
    public Plan plan(Terrain terrain) {
        return new Plan(List.copyOf(effects), uncut);
    }

    @Override
    public String toString() {
        return name;
    }
}
