package io.faultline.scenario.junit;

import io.faultline.docker.engine.EngineException;
import io.faultline.scenario.Result;
import io.faultline.scenario.run.ScenarioRunner;
import io.faultline.verify.Verdict;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** What a test throws for a verdict: nothing for HELD alone. */
final class Outcomes {

    private Outcomes() {}

    /**
     * @param strict whether it fails what this machine cannot carry, instead of being skipped
     * @throws io.faultline.verify.BrokenError if it is BROKEN
     * @throws io.faultline.verify.InconclusiveError if nothing was learned
     * @throws TestAbortedException if this machine cannot carry the fault
     */
    static void require(Result result, boolean strict) {
        Verdict verdict = result.verdict();
        if (!strict && ScenarioRunner.isImpossible(verdict)) {
            throw new TestAbortedException(verdict.reason());
        }
        Optional<AssertionError> error = verdict.error(result.journal());
        if (error.isPresent()) {
            throw error.get();
        }
    }

    /** What a test without an engine throws. */
    static RuntimeException without(EngineException engine, boolean strict) {
        return strict ? engine : new TestAbortedException(engine.getMessage(), engine);
    }
}
