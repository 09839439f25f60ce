package io.faultline.verify;

import io.faultline.journal.Journal;
import io.faultline.journal.Timeline;
import java.time.Duration;
import java.util.Optional;

/**
 * An outcome and why.
 *
 * @param cause by which programs decide
 * @param reason the same for people, in one or two sentences
 * @param advice what to do about it, if it did not hold
 * @param attribution what of the client's met the fault, or that this was not asked; empty if that does not matter to it
 */
public record Verdict(Cause cause, String reason, Optional<String> advice, Optional<String> attribution) {

    /** Of a verdict on any client, because the test asked for that. */
    public static final String UNATTRIBUTED = "none";

    public Verdict(Cause cause, String reason, Optional<String> advice) {
        this(cause, reason, advice, Optional.empty());
    }

    public Verdict(Cause cause, String reason) {
        this(cause, reason, Optional.empty());
    }

    public Verdict(Cause cause, String reason, String advice) {
        this(cause, reason, Optional.of(advice));
    }

    /**
     * On what comes true, or stops, in a control as well.
     *
     * @param how it happened: {@code "came true"}
     */
    public static Verdict happensAnyway(String expected, Duration after, String how) {
        return LookJudge.happensAnyway(expected, after, how);
    }

    public Outcome outcome() {
        return cause.outcome();
    }

    /** The same with better advice, if there is any. */
    Verdict withAdvice(Optional<String> better) {
        return new Verdict(cause, reason, better.or(() -> advice), attribution);
    }

    /** The same, with what it rests on. */
    public Verdict withAttribution(Optional<String> found) {
        return new Verdict(cause, reason, advice, found);
    }

    /** What a test throws for it: {@link BrokenError} or {@link InconclusiveError}, with the timeline; empty if it HELD. */
    public Optional<AssertionError> error(Journal journal) {
        String message = this + System.lineSeparator() + Timeline.of(journal);
        return switch (outcome()) {
            case HELD -> Optional.empty();
            case BROKEN -> Optional.of(new BrokenError(message));
            case INCONCLUSIVE -> Optional.of(new InconclusiveError(message));
        };
    }

    @Override
    public String toString() {
        return outcome() + ": " + reason + advice.map(text -> " " + text).orElse("");
    }
}
