package io.faultline.scenario.cli;

import io.faultline.agent.AgentException;
import io.faultline.docker.engine.EngineException;
import io.faultline.fault.FaultIndexException;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.scenario.Result;
import io.faultline.scenario.yaml.BadScenarioException;
import io.faultline.verify.Outcome;
import java.io.IOException;
import java.util.List;

/** How the command ends. A signal ends it with 128 and the signal's number, as shells have it. */
final class ExitCode {

    static final int HELD = 0;
    static final int BROKEN = 1;
    static final int USAGE = 2;
    static final int INCONCLUSIVE = 3;
    static final int ENVIRONMENT = 4;

    /** A defect of the command itself: EX_SOFTWARE of sysexits.h, so that nobody takes it for BROKEN. */
    static final int DEFECT = 70;

    private ExitCode() {}

    static int of(List<Result> results) {
        if (any(results, Outcome.BROKEN)) {
            return BROKEN;
        }
        return any(results, Outcome.INCONCLUSIVE) ? INCONCLUSIVE : HELD;
    }

    static int of(Throwable failure) {
        if (failure instanceof IOException
                || failure instanceof BadScenarioException
                || failure instanceof FaultIndexException) {
            return USAGE; // report files are all that the command itself writes
        }
        boolean environment = failure instanceof EngineException
                || failure instanceof AgentException
                || failure instanceof ImpossibleFaultException;
        return environment ? ENVIRONMENT : DEFECT;
    }

    private static boolean any(List<Result> results, Outcome outcome) {
        return results.stream().anyMatch(result -> result.verdict().outcome() == outcome);
    }
}
