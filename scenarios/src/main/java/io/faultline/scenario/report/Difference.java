package io.faultline.scenario.report;

import io.faultline.scenario.Result;
import io.faultline.scenario.report.Baseline.Earlier;
import io.faultline.verify.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is otherwise than in an earlier run.
 *
 * @param text in words that need no other context than the scenario
 */
public record Difference(Turn turn, String text) {

    /** A time that differs by less, as a share or in all, is the same: machines are never equally busy. */
    private static final double NOISE = 0.2;

    private static final Duration LEAST = Duration.ofMillis(100);

    /** Whether that is good news. */
    public enum Turn {
        BETTER("▲"),
        WORSE("▼"),
        NEUTRAL("•");

        private final String sign;

        Turn(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    /** All differences of one result; none where it is as before. */
    static List<Difference> of(Earlier then, Result now) {
        List<Difference> found = new ArrayList<>();
        Outcome outcome = now.verdict().outcome();
        if (outcome != then.outcome()) {
            found.add(new Difference(turn(then.outcome(), outcome), outcome + ", was " + then.outcome()));
        }
        time("noticed", then.timeToDetect(), now.timeToDetect()).ifPresent(found::add);
        time("recovered", then.timeToRecover(), now.timeToRecover()).ifPresent(found::add);
        time("ended", then.timeToEnd(), now.timeToEnd()).ifPresent(found::add);
        return List.copyOf(found);
    }

    private static Turn turn(Outcome then, Outcome now) {
        if (now == Outcome.HELD) {
            return Turn.BETTER;
        }
        return then == Outcome.HELD || now == Outcome.BROKEN ? Turn.WORSE : Turn.NEUTRAL;
    }

    private static Optional<Difference> time(String what, Optional<Duration> then, Optional<Duration> now) {
        if (then.isEmpty() || now.isEmpty()) {
            return Optional.empty(); // which the outcomes tell
        }
        Duration change = now.get().minus(then.get());
        boolean isNoise = change.abs().compareTo(LEAST) <= 0
                || change.abs().toNanos() <= NOISE * then.get().toNanos();
        return isNoise
                ? Optional.empty()
                : Optional.of(new Difference(
                        change.isNegative() ? Turn.BETTER : Turn.WORSE,
                        what + " " + Seconds.of(change.abs()) + (change.isNegative() ? " sooner" : " later") + " ("
                                + Seconds.of(now.get()) + ", was " + Seconds.of(then.get()) + ")"));
    }
}
