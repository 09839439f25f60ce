package io.faultline.verify;

import java.time.Duration;
import java.util.Optional;

/** Turns what became of something that was to go on into verdicts. Pure. */
final class KeptJudge {

    private KeptJudge() {}

    /** On what was to go on working: it did. */
    static Verdict kept(String expected, Duration span, Optional<String> affected, Findings.Unseen unseen) {
        if (affected.isPresent()) {
            return VerdictText.held(VerdictText.quoted(expected) + " for " + VerdictText.seconds(span) + ".")
                    .withAttribution(affected);
        }
        return Judge.notAffected(VerdictText.quoted(expected) + " for " + VerdictText.seconds(span), unseen);
    }

    /** On what was to go on working: it did not. */
    static Verdict notKept(String expected, Duration after, String seen, boolean hadEffect) {
        String reason =
                VerdictText.quoted(expected) + " did not hold: after " + VerdictText.seconds(after) + ", " + seen + ".";
        return hadEffect
                ? new Verdict(Cause.STOPPED_WORKING, reason)
                : new Verdict(
                        Cause.NO_EFFECT,
                        reason + " But by then the fault had harmed nobody.",
                        "Look for what else went wrong at that moment.");
    }

    /** On what was to go on working, and hangs. */
    static Verdict neverCameBack(String expected, Duration limit, StackTraceElement[] stands) {
        return new Verdict(
                Cause.CALL_DID_NOT_RETURN,
                VerdictText.quoted(expected) + " did not go on: the last look did not come back within "
                        + VerdictText.seconds(limit) + ", and stands " + VerdictText.where(stands) + ".",
                VerdictText.BOUNDLESS);
    }
}
