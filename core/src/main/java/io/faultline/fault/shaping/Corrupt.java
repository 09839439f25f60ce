package io.faultline.fault.shaping;

import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.shaping.Impairment.Corruption;
import io.faultline.topology.Target;
import java.util.List;
import java.util.Optional;

/**
 * Turns one bit of a share of a target's packets until healed: by default of those that it sends, chosen by chance. The
 * checksums of TCP and UDP are right before that, so that the receiver throws nearly all of these packets away: they are lost.
 * Needs sch_netem on the Docker host's kernel.
 */
public final class Corrupt extends Shaping<Corrupt> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "corrupt", Options.class, "Flips a bit in some of a container's packets.")
            .variant("Corrupt", Needs.netem(), "packets shaped, by direction", "as Latency", "as Latency");

    private final Corruption corruption;

    private Corrupt(ShapeScope scope, Corruption corruption) {
        super(SPEC.needs(), scope, Flow.OUT_OF);
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

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("How many of 100.") double percent,

            @About("Which way packets go, seen from the container.") @Default("outgoing")
            Direction direction,

            @About("Only what goes to, or comes from, these addresses and networks.")
            List<String> towards,

            @About("Only packets of this port: the container's own, or with towards the others'.")
            Optional<Integer> port)
            implements FaultFactory {

        @Override
        public Fault make() {
            return Corrupt.of(target, percent).narrowed(direction, towards, port);
        }
    }
}
