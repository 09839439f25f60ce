package io.faultline.fault;

import io.faultline.effect.Impairment;
import io.faultline.effect.Impairment.Corruption;
import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.Target;

/**
 * Turns one bit of a share of a target's packets until healed: by default of those that it sends, chosen by chance. The
 * checksums of TCP and UDP are right before that, so that the receiver throws nearly all of these packets away: they are lost.
 * Needs sch_netem on the Docker host's kernel.
 */
public final class Corrupt extends Shaping<Corrupt> {

    private final Corruption corruption;

    private Corrupt(ShapeScope scope, Corruption corruption) {
        super(FaultKind.CORRUPT, scope, Flow.OUT_OF);
        this.corruption = corruption;
    }

    /**
     * Corrupts some of what the target sends.
     *
     * @param percent above 0 and at most 100
     * @throws IllegalArgumentException if it is not
     */
    public static Corrupt of(Target target, double percent) {
        return new Corrupt(ShapeScope.of(target, Flow.OUT_OF), new Corruption(percent));
    }

    @Override
    Corrupt with(ShapeScope narrower) {
        return new Corrupt(narrower, corruption);
    }

    @Override
    Impairment impairment() {
        return corruption;
    }
}
