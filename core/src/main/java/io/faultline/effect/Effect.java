package io.faultline.effect;

import io.faultline.terrain.Leg;
import io.faultline.terrain.NetworkNamespace;
import java.time.Instant;
import java.util.List;

/** One primitive, reversible change in one namespace, with its undo and its evidence. Immutable and pure. */
public interface Effect {

    /** Where it happens. */
    NetworkNamespace namespace();

    /** Which stretch of the route to the target it is on. */
    Leg.Kind leg();

    /** Whether it hits everyone's packets on that leg, and not only those of certain peers. */
    boolean hitsEveryone();

    /** What it does and where, for the journal: one line without a full stop. */
    String summary();

    /**
     * Writes it out.
     *
     * @param tag the name that everything it adds carries, so that it can be found and removed by name
     * @param expiry when the kernel ends it at the latest, for kernels that can only be given an instant
     */
    Script script(String tag, Instant expiry);

    /** Whether both would hit the same packets, so that neither's evidence could be told from the other's. */
    boolean overlaps(Effect other);

    /** Reads what the script's {@code counters} printed, in their order. */
    List<PacketCount> evidence(String tag, List<String> counterOutputs);

    /** Whether, by what the counters printed, all that it added is still there: else it did not hold all the time. */
    boolean isIntact(String tag, List<String> counterOutputs);
}
