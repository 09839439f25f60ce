package io.faultline.verify;

/** Why a verdict is what it is: the closed list that programs decide by. Texts are for people, and may change. */
public enum Cause {
    /** All that was expected came true, under a fault that affected the client. */
    AS_EXPECTED(Outcome.HELD),

    /** It did not come true in time. */
    NOT_NOTICED(Outcome.BROKEN),
    /** It came true, after its bound. */
    NOTICED_TOO_LATE(Outcome.BROKEN),
    /** What was to go on working did not. */
    STOPPED_WORKING(Outcome.BROKEN),
    /** It did not come true again after the healing. */
    NOT_RECOVERED(Outcome.BROKEN),
    /** The same, and the kernel's own back-off was longer than the bound. */
    KERNEL_BACKOFF(Outcome.BROKEN),
    /** A look did not come back: what the client was asked waits without a bound. */
    CALL_DID_NOT_RETURN(Outcome.BROKEN),
    /** The client ended under the fault. */
    CLIENT_ENDED(Outcome.BROKEN),
    /** A container that was told to stop did not end in time. */
    DID_NOT_STOP(Outcome.BROKEN),
    /** It ended, but not gracefully. */
    STOPPED_UNGRACEFULLY(Outcome.BROKEN),
    /** The history of operations contradicts what was promised. */
    HISTORY_VIOLATED(Outcome.BROKEN),

    /** The expectation was true before the fault. */
    TRUE_BEFORE(Outcome.INCONCLUSIVE),
    /** It came true while the fault was being injected, too early for the fault to be the reason. */
    CAME_TRUE_WHILE_INJECTING(Outcome.INCONCLUSIVE),
    /** Nothing that the client did met the fault before the expectation came true, or at all. */
    CLIENT_NOT_AFFECTED(Outcome.INCONCLUSIVE),
    /** The fault left a way around it, and the client took it. */
    BYPASSED(Outcome.INCONCLUSIVE),
    /** The fault had no effect on anybody. */
    NO_EFFECT(Outcome.INCONCLUSIVE),
    /** The fault did not hold as long as it should have. */
    INVALIDATED(Outcome.INCONCLUSIVE),
    /** It was over before anything met it. */
    FAULT_OVER(Outcome.INCONCLUSIVE),
    /** The client failed in a way that this fault cannot cause. */
    OTHER_FAILURE(Outcome.INCONCLUSIVE),
    /** What was to come back had not been lost. */
    NEVER_LOST(Outcome.INCONCLUSIVE),
    /** It happens without the fault as well. */
    HAPPENS_WITHOUT_FAULT(Outcome.INCONCLUSIVE),
    /** The target is published elsewhere since it was started again, so the client could not find it. */
    ADDRESS_CHANGED(Outcome.INCONCLUSIVE),
    /** The system was not well to begin with. */
    NOT_STEADY(Outcome.INCONCLUSIVE),
    /** It could not be looked at. */
    NOT_OBSERVABLE(Outcome.INCONCLUSIVE),
    /** Whether the client met the fault cannot be seen from here. */
    NOT_ATTRIBUTABLE(Outcome.INCONCLUSIVE),
    /** What the verdict needs to know about the end of a container is not known. */
    END_NOT_KNOWN(Outcome.INCONCLUSIVE),
    /** The end was not the signal's doing. */
    NOT_BY_SIGNAL(Outcome.INCONCLUSIVE),
    /** Nothing was under way that had to be finished. */
    NOTHING_TO_FINISH(Outcome.INCONCLUSIVE),
    /** The history says nothing about the fault, or is too long to be decided. */
    HISTORY_UNDECIDED(Outcome.INCONCLUSIVE),
    /** This machine cannot carry the fault. */
    IMPOSSIBLE_FAULT(Outcome.INCONCLUSIVE),
    /** It was interrupted. */
    INTERRUPTED(Outcome.INCONCLUSIVE),
    /** The system, the engine or the agent failed. */
    FAILED(Outcome.INCONCLUSIVE);

    private final Outcome outcome;

    Cause(Outcome outcome) {
        this.outcome = outcome;
    }

    public Outcome outcome() {
        return outcome;
    }
}
