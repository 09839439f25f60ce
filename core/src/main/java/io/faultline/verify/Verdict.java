package io.faultline.verify;

import java.util.Optional;

/**
 * An outcome and why, in one or two sentences.
 *
 * @param advice what to do about it, if it did not hold
 */
public record Verdict(Outcome outcome, String reason, Optional<String> advice) {

    /** The same with better advice, if there is any. */
    Verdict withAdvice(Optional<String> better) {
        return new Verdict(outcome, reason, better.or(() -> advice));
    }

    @Override
    public String toString() {
        return outcome + ": " + reason + advice.map(text -> " " + text).orElse("");
    }
}
