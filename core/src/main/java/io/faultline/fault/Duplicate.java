package io.faultline.fault;

import io.faultline.effect.Impairment;
import io.faultline.effect.Impairment.Duplication;
import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.Target;

/**
 * Lets a share of a target's packets arrive twice until healed: by default of those that it sends, chosen by chance. TCP and
 * whatever else numbers its messages notices nothing; what does not is what this fault is for. Needs sch_netem on the Docker
 * host's kernel.
 */
public final class Duplicate extends Shaping<Duplicate> {

    private final Duplication duplication;

    private Duplicate(ShapeScope scope, Duplication duplication) {
        super(FaultKind.DUPLICATE, scope, Flow.OUT_OF);
        this.duplication = duplication;
    }

    /**
     * Duplicates some of what the target sends.
     *
     * @param percent above 0 and at most 100
     * @throws IllegalArgumentException if it is not
     */
    public static Duplicate of(Target target, double percent) {
        return new Duplicate(ShapeScope.of(target, Flow.OUT_OF), new Duplication(percent));
    }

    @Override
    Duplicate with(ShapeScope narrower) {
        return new Duplicate(narrower, duplication);
    }

    @Override
    Impairment impairment() {
        return duplication;
    }
}
