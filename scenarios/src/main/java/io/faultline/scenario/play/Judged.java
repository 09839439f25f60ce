package io.faultline.scenario.play;

import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.util.Optional;

/** A step came to a verdict that ends the scenario. */
final class Judged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Verdict verdict;

    Judged(Verdict verdict) {
        super(verdict.toString());
        this.verdict = verdict;
    }

    static Judged broken(String reason) {
        return new Judged(new Verdict(Outcome.BROKEN, reason, Optional.empty()));
    }

    static Judged inconclusive(String reason, String advice) {
        return new Judged(new Verdict(Outcome.INCONCLUSIVE, reason, Optional.of(advice)));
    }

    Verdict verdict() {
        return verdict;
    }
}
