package io.faultline.effect;

import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.ResolvedTarget;
import java.time.Instant;
import java.util.List;

/** A change in one network namespace, written out as text for the agent to carry out. */
public interface AgentEffect extends Effect {

    /** Where it happens. */
    NetworkNamespace namespace();

    @Override
    default boolean isOn(ResolvedTarget resolved) {
        return namespace().inode() == resolved.namespace().inode();
    }

    /**
     * Writes it out.
     *
     * @param tag the name that everything it adds carries, so that it can be found and removed by name
     * @param expiry when the kernel ends it at the latest, for kernels that can only be given an instant
     */
    Script script(String tag, Instant expiry);

    /**
     * The stages that turn it, open under this tag, into another strength of itself, without a gap.
     *
     * @throws IllegalArgumentException if it cannot become that while it is open
     */
    default List<List<Command>> retune(String tag, AgentEffect to) {
        throw new IllegalArgumentException(
                "\"" + summary() + "\" cannot become \"" + to.summary() + "\" while it is open.");
    }

    /** What it did so far, by what its script's commands printed. */
    List<Count> evidence(String tag, Readings readings);

    /** Whether, by what they printed, all that it added is still there: else it did not hold all the time. */
    boolean isIntact(String tag, Readings readings);

    /** What became of one that is not intact. */
    default String flaw(String tag, Readings readings) {
        return readings.action()
                .flatMap(ActionState::flaw)
                .orElse("a part of the fault's rules was removed by somebody else, or expired, while it was open");
    }
}
