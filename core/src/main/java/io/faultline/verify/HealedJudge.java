package io.faultline.verify;

import io.faultline.inject.Evidence;
import java.util.Optional;

/** Judges a fault that was healed without another expectation under it: it has to have held, and to have met the client. */
final class HealedJudge {

    private HealedJudge() {}

    /**
     * The verdict on the fault itself.
     *
     * @param affected what of the client's it affected, in words
     * @return inconclusive or broken; empty if all is well
     */
    static Optional<Verdict> judge(FaultWindow window, Evidence evidence, Optional<String> affected) {
        Optional<Verdict> ended = window.clientEnded(evidence);
        if (ended.isPresent()) {
            return ended;
        }
        if (evidence.invalidated().isPresent()) {
            return Optional.of(new Verdict(
                    Cause.INVALIDATED,
                    "the fault " + window.injection().fault() + " did not hold as it should have: "
                            + evidence.invalidated().get() + ".",
                    "Run it again; if it happens again, look for what stops the target or changes its rules."));
        }
        if (evidence.total() == 0) {
            return Optional.of(new Verdict(
                    Cause.NO_EFFECT,
                    window.injection().fault() + " had no effect: " + evidence + ".",
                    "Does what is judged meet the fault at all? Let it do work while the fault is open, and look at who "
                            + "plays which role."));
        }
        return affected.isPresent()
                ? Optional.empty()
                : Optional.of(Judge.notAffected(
                        window.injection().fault() + " had an effect (" + evidence + ")", window.unseen()));
    }
}
