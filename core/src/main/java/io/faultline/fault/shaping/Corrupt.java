package io.faultline.fault.shaping;

import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Narrowing;
import io.faultline.fault.Needs;
import io.faultline.fault.NetworkScope;
import io.faultline.fault.shaping.Impairment.Corruption;
import io.faultline.topology.Target;

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

    private Corrupt(Target target, NetworkScope scope, Corruption corruption) {
        super(SPEC.needs(), target, scope, Flow.OUT_OF);
        this.corruption = corruption;
    }

    /**
     * Corrupts some of what the target sends.
     *
     * @param percent above 0 and at most 100
     * @throws IllegalArgumentException if it is not
     */
    public static Corrupt of(Target target, double percent) {
        return new Corrupt(target, NetworkScope.of(Flow.OUT_OF), new Corruption(percent));
    }

    @Override
    protected Corrupt with(NetworkScope which) {
        return new Corrupt(target(), which, corruption);
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

            Narrowing packets)
            implements FaultFactory {

        @Override
        public Fault make() {
            return packets.of(Corrupt.of(target, percent), direction);
        }
    }
}
