package io.faultline.inject;

import io.faultline.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether a fault that was healed met anything, and what to say if it did not. Pure. */
record NoEffectCheck(Fault fault, Evidence evidence, Duration inForce, List<String> bypasses, String adviceIfUnmet) {

    private static final String ON_PURPOSE = " If that is right, say allowNoEffect() of the injection.";

    /** What is wrong with it, unless it had an effect, for as long as was asked. */
    Optional<NoEffectError> error(boolean began, Throwable opened) {
        return evidence.tookEffect()
                ? Optional.empty()
                : Optional.of(new NoEffectError(why(began) + ON_PURPOSE, opened));
    }

    private String why(boolean began) {
        if (evidence.invalidated().isPresent()) {
            return fault + " did not hold for as long as was asked: "
                    + evidence.invalidated().get()
                    + ". What was seen meanwhile was not all seen under the fault.";
        }
        if (!began) {
            return fault + " was healed before it began, so nothing met it.";
        }
        String why =
                String.format(Locale.ROOT, "%s had no effect: %s in %.1f s.", fault, evidence, inForce.toNanos() / 1e9);
        return bypasses.isEmpty()
                ? why + " " + adviceIfUnmet
                : why + " The client could get around it: " + String.join("; ", bypasses) + ".";
    }
}
