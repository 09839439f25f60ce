package io.faultline.fault.shaping;

import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.shaping.Impairment.Duplication;
import io.faultline.topology.Target;
import java.util.List;
import java.util.Optional;

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

    private Duplicate(ShapeScope scope, Duplication duplication) {
        super(SPEC.needs(), scope, Flow.OUT_OF);
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
            return Duplicate.of(target, percent).narrowed(direction, towards, port);
        }
    }
}
