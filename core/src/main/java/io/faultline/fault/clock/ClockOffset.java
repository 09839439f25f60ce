package io.faultline.fault.clock;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.topology.NetworkNamespace;
import java.util.Locale;

/**
 * A container whose processes read a wrong time of day, by a library that they have preloaded. Their monotonic clocks, and so
 * all waiting, stay right.
 *
 * @param place whose clock it is, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record ClockOffset(String place, NetworkNamespace namespace, ClockError action) implements ActionEffect {

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    /** A container has one clock. */
    @Override
    public boolean overlaps(Effect other) {
        return other instanceof ClockOffset clock && namespace.equals(clock.namespace);
    }

    @Override
    public String summary() {
        return String.format(
                Locale.ROOT,
                "set the clock of %s wrong by %+.3f s and %+.4f %%",
                place,
                action.offsetNanos() / 1e9,
                action.driftPpb() / 1e7);
    }

    /** Each time that a process looked at it. */
    @Override
    public EvidenceUnit unit() {
        return EvidenceUnit.MISLED;
    }
}
