package io.faultline.fault.shaping;

import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Narrowing;
import io.faultline.fault.Needs;
import io.faultline.fault.NetworkScope;
import io.faultline.fault.shaping.Impairment.Reordering;
import io.faultline.topology.Target;
import java.time.Duration;

/**
 * Lets a share of a target's packets overtake those before them until healed: by default of those that it sends, chosen by
 * chance. They are sent at once, and all others wait, by default 10 ms, or for as long as the {@link Latency} that it is
 * injected {@link CompositeFault} with. Packets that are further apart than that wait do not change places. Needs sch_netem on the
 * Docker host's kernel.
 */
public final class Reorder extends Shaping<Reorder> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "reorder", Options.class, "Lets some of a container's packets overtake others.")
            .variant("Reorder", Needs.netem(), "packets shaped, by direction", "as Latency", "as Latency");

    private static final Duration WAIT = Duration.ofMillis(10);

    private final Reordering reordering;

    private Reorder(Target target, NetworkScope scope, Reordering reordering) {
        super(SPEC.needs(), target, scope, Flow.OUT_OF);
        this.reordering = reordering;
    }

    /**
     * Reorders some of what the target sends.
     *
     * @param percent how many overtake, above 0 and at most 100
     * @throws IllegalArgumentException if it is not
     */
    public static Reorder of(Target target, double percent) {
        return new Reorder(target, NetworkScope.of(Flow.OUT_OF), new Reordering(percent, WAIT));
    }

    /**
     * For how long the others wait.
     *
     * @throws IllegalArgumentException unless it is more than 0 and at most a minute
     */
    public Reorder waiting(Duration wait) {
        return new Reorder(target(), scope(), new Reordering(reordering.percent(), wait));
    }

    @Override
    protected Reorder with(NetworkScope which) {
        return new Reorder(target(), which, reordering);
    }

    @Override
    Impairment impairment() {
        return reordering;
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
            return packets.of(Reorder.of(target, percent), direction);
        }
    }
}
