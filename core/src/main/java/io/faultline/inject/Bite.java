package io.faultline.inject;

import io.faultline.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Whether a fault that was healed met anything, and what to say if it did not. Pure. */
record Bite(Fault fault, Evidence evidence, Duration inForce, List<String> uncut, String adviceIfUnmet) {

    /** @throws NoEffectError unless it bit, for as long as was asked */
    void orError(boolean began, Throwable opened) {
        if (evidence.bit()) {
            return;
        }
        if (evidence.spoiled().isPresent()) {
            throw new NoEffectError(
                    fault + " did not hold for as long as was asked: "
                            + evidence.spoiled().get()
                            + ". What was seen meanwhile was not all seen under the fault; read "
                            + "evidence() to judge for yourself.",
                    opened);
        }
        if (!began) {
            throw new NoEffectError(fault + " was healed before it began, so nothing met it.", opened);
        }
        String why =
                String.format(Locale.ROOT, "%s never bit: %s in %.1f s.", fault, evidence, inForce.toNanos() / 1e9);
        String around = uncut.isEmpty()
                ? " " + adviceIfUnmet.substring(0, adviceIfUnmet.length() - 1)
                        + "; read evidence() to judge for yourself."
                : " The client could get around it: " + String.join("; ", uncut) + ".";
        throw new NoEffectError(why + around, opened);
    }
}
