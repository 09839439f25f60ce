package io.faultline.shutdown;

import io.faultline.effect.SignalName;
import io.faultline.verify.InconclusiveError;
import java.util.Optional;

/**
 * The signal by which a container is told to stop.
 *
 * @param name without SIG
 * @param own by which its engine would stop it, likewise; empty if no program could handle that
 */
record StopSignal(String name, Optional<String> own) {

    /** @throws InconclusiveError if none was asked for, and its own is one that no program can handle */
    static StopSignal of(String target, Optional<String> asked, String stopSignal) {
        try {
            String own = SignalName.gracefulStop(stopSignal);
            return new StopSignal(asked.orElse(own), Optional.of(own));
        } catch (IllegalArgumentException e) {
            return asked.map(name -> new StopSignal(name, Optional.empty()))
                    .orElseThrow(() -> new InconclusiveError(
                            "The stop signal of " + target + " (STOPSIGNAL of its image, or --stop-signal) is \""
                                    + stopSignal
                                    + "\", so nothing was sent: " + e.getMessage()
                                    + " Give it one that it handles, or choose one by signal(…).",
                            e));
        }
    }

    /** What its number makes of the exit code of who ends of it. */
    int exitCode() {
        return 128 + SignalName.number(name);
    }

    boolean isOwn() {
        return own.equals(Optional.of(name));
    }

    /** What there is to say of a shutdown that was not graceful. */
    Optional<String> ifNotOwn() {
        return own.filter(signal -> !signal.equals(name))
                .map(signal -> "Its engine would send SIG" + signal + ", its own stop signal, and not " + this + ".");
    }

    /** {@code SIGTERM}. */
    @Override
    public String toString() {
        return "SIG" + name;
    }
}
