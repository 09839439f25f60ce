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
import io.faultline.fault.shaping.Impairment.Duplication;
import io.faultline.topology.Target;

/**
 * Lets a share of a target's packets arrive twice until healed: by default of those that it sends, chosen by chance. TCP and
 * whatever else numbers its messages notices nothing; what does not is what this fault is for. Needs sch_netem on the Docker
 * host's kernel.
 */
public final class Duplicate extends Shaping<Duplicate> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("duplicate", Options.class, "Sends some of a container's packets twice.")
            .variant("Duplicate", Needs.netem(), "packets shaped, by direction", "as Latency", "as Latency");

    private final Duplication duplication;

    private Duplicate(Target target, NetworkScope scope, Duplication duplication) {
        super(SPEC.needs(), target, scope, Flow.OUT_OF);
        this.duplication = duplication;
    }

    /**
     * Duplicates some of what the target sends.
     *
     * @param percent above 0 and at most 100
     * @throws IllegalArgumentException if it is not
     */
    public static Duplicate of(Target target, double percent) {
        return new Duplicate(target, NetworkScope.of(Flow.OUT_OF), new Duplication(percent));
    }

    @Override
    protected Duplicate with(NetworkScope which) {
        return new Duplicate(target(), which, duplication);
    }

    @Override
    Impairment impairment() {
        return duplication;
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
            return packets.of(Duplicate.of(target, percent), direction);
        }
    }
}
