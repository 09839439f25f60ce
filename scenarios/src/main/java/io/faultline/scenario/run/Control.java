package io.faultline.scenario.run;

import io.faultline.inject.Injection;
import io.faultline.scenario.model.Step;
import io.faultline.verify.Expectation;
import io.faultline.verify.Verdict;
import io.faultline.verify.VerdictException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The control arm of a scenario: the same steps on the same system, with every fault prepared and none armed, each
 * expectation for as long as it took to come true under the fault. What comes true, or stops, here as well was not the
 * fault's doing.
 */
final class Control {

    private final ScenarioRun play;
    private final Map<Step.Expect, Duration> noticed;
    private final List<Injection> prepared = Collections.synchronizedList(new ArrayList<>());

    /**
     * @param play on a Faultline of its own, so that what happens here stands in a journal of its own
     * @param noticed how long each expectation took that came true under a fault
     */
    Control(ScenarioRun play, Map<Step.Expect, Duration> noticed) {
        this.play = play;
        this.noticed = noticed;
    }

    /** @throws VerdictException if something happened here as well */
    void take(List<Step> steps) throws InterruptedException {
        try {
            takeAll(steps);
        } finally {
            prepared.forEach(Injection::close);
        }
    }

    private void takeAll(List<Step> steps) throws InterruptedException {
        for (Step step : steps) {
            if (step instanceof Step.Inject inject) {
                play.engine().prepare(play.fault(inject)).ifPresent(prepared::add);
            } else if (step instanceof Step.Expect expect) {
                Duration took = noticed.get(expect);
                if (took != null) { // else it is about the recovery
                    expect(expect, took);
                }
            } else if (step instanceof Step.Hold hold && hold.look().isPresent()) {
                hold(hold, hold.look().get());
            } else if (step instanceof Step.Parallel parallel) {
                Branches.take(parallel.branches(), this::takeAll);
            } else if (step instanceof Step.Repeat repeat) {
                takeAll(repeat.steps());
            }
        }
    }

    private void expect(Step.Expect expect, Duration took) throws InterruptedException {
        try (Expectation expectation = play.engine().watch(play.expectations().subject(expect.what(), expect.look()))) {
            long began = System.nanoTime();
            expectation.await(began + took.toNanos());
            expectation.tookSince(began).ifPresent(after -> {
                throw new VerdictException(Verdict.happensAnyway(expect.what(), after, "came true"));
            });
        }
    }

    private void hold(Step.Hold hold, Step.Look look) throws InterruptedException {
        try (Expectation kept = play.engine().watchKept(play.expectations().subject(hold.what(), look))) {
            long began = System.nanoTime();
            kept.await(began + hold.span().toNanos());
            kept.tookSince(began).ifPresent(after -> {
                throw new VerdictException(Verdict.happensAnyway(hold.what(), after, "stopped"));
            });
        }
    }
}
