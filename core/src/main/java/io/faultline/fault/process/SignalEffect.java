package io.faultline.fault.process;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.topology.NetworkNamespace;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A signal to processes of a container. It is over when it is sent; there is nothing to take back, and bringing it back
 * sends it again.
 *
 * @param place whose processes they are, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record SignalEffect(String place, NetworkNamespace namespace, SignalAction action) implements ActionEffect {

    private static final Pattern TOLD = Pattern.compile("signal: (\\d+) handled of (\\d+)");

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    /** Each is told by itself. */
    @Override
    public boolean overlaps(Effect other) {
        return false;
    }

    @Override
    public String summary() {
        return "send SIG" + action.signal() + " to "
                + (action.names().isEmpty() ? "the first process" : String.join(", ", action.names())) + " of " + place;
    }

    @Override
    public String adviceIfUnmet() {
        return "The process neither catches SIG" + action.signal()
                + " nor ended of it: it ignores it, or it is the first "
                + "of its container, to which a signal that it does not catch does nothing. Handle it in the program.";
    }

    @Override
    public boolean endsItsTarget() {
        return true;
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        return readings
                .ofAction(TOLD)
                .map(told -> Count.ofContainer(
                        EvidenceUnit.SIGNALLED, Long.parseLong(told.group(1)), Long.parseLong(told.group(2))))
                .stream()
                .toList();
    }

    /** There is nothing that anybody could have removed. */
    @Override
    public boolean isIntact(String tag, Readings readings) {
        return true;
    }
}
