package io.faultline.scenario.run;

import java.time.Duration;
import java.util.Optional;

/** How long it took to notice, to recover and to end, and how long each was given. Thread-safe. */
final class Times {

    /** One of them, with its bound. */
    record Measured(Optional<Duration> took, Optional<Duration> bound) {

        static final Measured NOT = new Measured(Optional.empty(), Optional.empty());

        static Measured of(Optional<Duration> took, Duration bound) {
            return new Measured(took, Optional.of(bound));
        }
    }

    private Measured detect = Measured.NOT;
    private Measured recover = Measured.NOT;
    private Measured end = Measured.NOT;

    /** Of several, the first is the detection. */
    synchronized void detected(Optional<Duration> took, Duration bound) {
        if (detect.equals(Measured.NOT)) {
            detect = Measured.of(took, bound);
        }
    }

    /** That all is as before the first fault; it was told already where a scenario expects more than that. */
    synchronized void steady(Optional<Duration> took, Duration bound) {
        if (recover.equals(Measured.NOT)) {
            recovered(took, bound);
        }
    }

    /** Of several, the last is the recovery. */
    synchronized void recovered(Optional<Duration> took, Duration bound) {
        recover = Measured.of(took, bound);
    }

    synchronized void ended(Optional<Duration> took, Duration bound) {
        end = Measured.of(took, bound);
    }

    synchronized Measured toDetect() {
        return detect;
    }

    synchronized Measured toRecover() {
        return recover;
    }

    synchronized Measured toEnd() {
        return end;
    }
}
