package io.faultline.verify;

import io.faultline.journal.Journal;
import io.faultline.journal.Timeline;
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

    /** What a test throws for it: {@link BrokenError} or {@link InconclusiveError}, with the timeline; empty if it HELD. */
    public Optional<AssertionError> error(Journal journal) {
        String message = this + System.lineSeparator() + Timeline.of(journal);
        return switch (outcome) {
            case HELD -> Optional.empty();
            case BROKEN -> Optional.of(new BrokenError(message));
            case INCONCLUSIVE -> Optional.of(new InconclusiveError(message));
        };
    }

    @Override
    public String toString() {
        return outcome + ": " + reason + advice.map(text -> " " + text).orElse("");
    }
}
