package io.faultline.observe;

import java.time.Duration;
import java.util.Optional;

/**
 * What one look has seen.
 *
 * @param ok whether it is as was looked for
 * @param detail what was seen, on one line: {@code 503 after 12 ms: Redis does not answer}
 * @param took from the look's beginning to its end
 * @param failure how the client's call failed, if it did and that is known
 */
public record Observation(boolean ok, String detail, Duration took, Optional<FailureClass> failure) {

    public Observation(boolean ok, String detail, Duration took) {
        this(ok, detail, took, Optional.empty());
    }

    /** The same seen by somebody who looks for the opposite. */
    public Observation negated() {
        return new Observation(!ok, detail, took, failure);
    }
}
