package io.faultline.fault.clock;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.topology.NetworkNamespace;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A container whose processes read a wrong time of day, by a library that they have preloaded. Their monotonic clocks, and so
 * all waiting, stay right.
 *
 * @param place whose clock it is, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record ClockOffset(String place, NetworkNamespace namespace, ClockError action) implements ActionEffect {

    private static final Pattern TOLD = Pattern.compile("clock: (\\d+) wrong, (\\d+) processes(, lapsed)?");

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
    public List<Count> evidence(String tag, Readings readings) {
        return readings
                .ofAction(TOLD)
                .map(told -> Long.parseLong(told.group(1)))
                .map(wrong -> Count.ofContainer(EvidenceUnit.MISLED, wrong, wrong))
                .stream()
                .toList();
    }

    @Override
    public boolean isIntact(String tag, Readings readings) {
        return readings.ofAction(TOLD).filter(told -> told.group(3) == null).isPresent();
    }
}
