package io.faultline.truth;

import io.faultline.truth.Case.Truth;
import io.faultline.verify.Outcome;
import java.util.Optional;

/**
 * What became of a case.
 *
 * @param outcome empty if there was no verdict, because something failed
 * @param cause the name of the verdict's, where it has one
 * @param said the verdict's text, or what failed
 */
public record Result(Case of, Optional<Outcome> outcome, String cause, String said, long tookNanos) {

    /** It was HELD, and must not be. */
    public boolean isFalseGreen() {
        return of.truth() == Truth.WRONG && outcome.filter(Outcome.HELD::equals).isPresent();
    }

    /** It must be HELD, and was not. */
    public boolean isFalseRed() {
        return of.truth() == Truth.RIGHT && outcome.filter(Outcome.HELD::equals).isEmpty();
    }

    /** It was not HELD, as it must not be, but for no reason that makes it wrong: it shows nothing. */
    public boolean isBesideThePoint() {
        return of.truth() == Truth.WRONG
                && !isFalseGreen()
                && (outcome.isEmpty()
                        || !of.causes().isEmpty()
                                && of.causes().stream()
                                        .noneMatch(each -> each.name().equals(cause)));
    }

    /** In one line. */
    public String describe() {
        String verdict = outcome.map(Outcome::name).orElse("FAILED") + (cause.isEmpty() ? "" : " " + cause);
        String first = said.lines().findFirst().orElse("");
        return of + " -> " + verdict + (first.isEmpty() ? "" : ": " + first);
    }
}
