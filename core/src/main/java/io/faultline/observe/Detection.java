package io.faultline.observe;

import java.time.Duration;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The moment at which a change was noticed, as precisely as it was looked for: after the last look at which all was as
 * before, and at the latest at the first look at which it was not. Both are {@link System#nanoTime()}.
 *
 * @param failure how it failed, where that is known
 */
public record Detection(
        @API(status = Status.INTERNAL) long lastBeforeNanos,
        @API(status = Status.INTERNAL) long firstAfterNanos,
        Optional<FailureClass> failure) {

    /** @throws IllegalArgumentException if the second look was before the first */
    @API(status = Status.INTERNAL)
    public Detection {
        if (firstAfterNanos - lastBeforeNanos < 0) {
            throw new IllegalArgumentException(
                    "A detection cannot end " + (lastBeforeNanos - firstAfterNanos) + " ns before it begins.");
        }
    }

    /** Told by the client itself: an instant. */
    static Detection pushed(long nanos, Optional<FailureClass> failure) {
        return new Detection(nanos, nanos, failure);
    }

    /** How long after a moment it was noticed at the latest. */
    public Duration after(long startNanos) {
        return Duration.ofNanos(firstAfterNanos - startNanos);
    }

    /** How far apart the two looks were; zero if the client itself told. */
    public Duration uncertainty() {
        return Duration.ofNanos(firstAfterNanos - lastBeforeNanos);
    }
}
