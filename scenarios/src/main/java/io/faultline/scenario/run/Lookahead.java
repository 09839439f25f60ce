package io.faultline.scenario.run;

import io.faultline.scenario.model.Step;
import java.util.ArrayList;
import java.util.List;

/** Finds in the steps that follow what has to be looked at now. Pure. */
final class Lookahead {

    private final List<Step.Expect> found = new ArrayList<>();

    private Lookahead() {}

    /** What is expected under a fault: until it is healed by its name. */
    static List<Step.Expect> under(String name, List<Step> following) {
        Lookahead ahead = new Lookahead();
        ahead.until(step -> step instanceof Step.Heal heal && heal.name().equals(name), following);
        return ahead.found;
    }

    /** What is expected after a healing: until the next fault, or the next healing. */
    static List<Step.Expect> afterHealing(List<Step> following) {
        Lookahead ahead = new Lookahead();
        ahead.until(
                step -> step instanceof Step.Inject || step instanceof Step.Heal || step instanceof Step.Terminate,
                following);
        return ahead.found;
    }

    @FunctionalInterface
    private interface End {
        boolean is(Step step);
    }

    /** Whether the end was reached. */
    private boolean until(End end, List<Step> steps) {
        for (Step step : steps) {
            if (end.is(step)) {
                return true;
            }
            if (step instanceof Step.Expect expect) {
                found.add(expect);
            } else if (step instanceof Step.Repeat repeat && until(end, repeat.steps())) {
                return true;
            } else if (step instanceof Step.Parallel parallel) {
                boolean ended = false;
                for (List<Step> branch : parallel.branches()) {
                    ended |= until(end, branch);
                }
                if (ended) {
                    return true;
                }
            }
        }
        return false;
    }
}
