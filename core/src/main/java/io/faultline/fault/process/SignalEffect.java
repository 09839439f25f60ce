package io.faultline.fault.process;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.topology.NetworkNamespace;

/**
 * A signal to processes of a container. It is over when it is sent; there is nothing to take back, and bringing it back
 * sends it again.
 *
 * @param place whose processes they are, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record SignalEffect(String place, NetworkNamespace namespace, SignalAction action) implements ActionEffect {

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
    public EvidenceUnit unit() {
        return EvidenceUnit.SIGNALLED;
    }
}
