package io.faultline.inject;

import io.faultline.effect.Effect;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Effects that one executor holds open together. Guarded by their injection. */
@API(status = Status.INTERNAL)
public interface ActiveEffects {

    /** How many. */
    int size();

    /** When each was in force, as {@link System#nanoTime()}. */
    List<Long> inForceNanos();

    /** What they did so far. */
    Evidence read();

    /**
     * Takes all of them back, newest first; one that fails never stops the others.
     *
     * @throws RuntimeException if one could not be taken back, with the others' failures suppressed in it
     */
    Healing heal();

    /**
     * Ends the harm for now.
     *
     * @return when, as {@link System#nanoTime()}
     */
    long lift();

    /**
     * Brings lifted harm back.
     *
     * @return when, as {@link System#nanoTime()}
     */
    long restore();

    /**
     * Gives them another strength, one for one.
     *
     * @return when it was in force, as {@link System#nanoTime()}
     */
    long retune(List<Effect> to);

    /**
     * The end of effects.
     *
     * @param atNanos when the harm stopped, as {@link System#nanoTime()}
     * @param evidence until then
     * @param notes what is otherwise than before all the same, for the journal
     */
    record Healing(long atNanos, Evidence evidence, List<String> notes) {

        public Healing {
            notes = List.copyOf(notes);
        }

        public Healing(long atNanos, Evidence evidence) {
            this(atNanos, evidence, List.of());
        }
    }
}
