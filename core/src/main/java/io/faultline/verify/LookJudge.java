package io.faultline.verify;

import java.time.Duration;
import java.util.Optional;

/** Verdicts on looks that cannot show what they are to show: too early, without the fault, or not at all. Pure. */
final class LookJudge {

    private LookJudge() {}

    /** On an expectation that was true before the fault. */
    static Verdict trueAlready(String expected, String seen) {
        return new Verdict(
                Cause.TRUE_BEFORE,
                VerdictText.quoted(expected) + " was true before the fault already" + VerdictText.seen(seen)
                        + ", so the fault could not be what made it true.",
                "Expect something that only the fault can bring about, and wait for the steady state first; what has to "
                        + "stay true is for keeps(…), or a \"hold\" step.");
    }

    /** On a later expectation that was true when it was first looked at. */
    static Verdict neverSeenFalse(String expected) {
        return new Verdict(
                Cause.TRUE_BEFORE,
                VerdictText.quoted(expected)
                        + " was true when it was first looked at, so it may have been true before the fault.",
                "Expect it first, or in an experiment of its own.");
    }

    /** On what comes true, or stops, without the fault as well. */
    static Verdict happensAnyway(String expected, Duration after, String how) {
        return new Verdict(
                Cause.HAPPENS_WITHOUT_FAULT,
                VerdictText.quoted(expected) + " " + how + " " + VerdictText.seconds(after)
                        + " after the beginning of the control as well, in which the fault was prepared and not armed.",
                "Something else brings it about: a timer, another test, a client that never was steady. Find that first.");
    }

    /** On what was to go on working, and did not even before the fault. */
    static Verdict notSteady(String expected, String seen) {
        return new Verdict(
                Cause.NOT_STEADY,
                VerdictText.quoted(expected) + " did not hold before the fault either" + VerdictText.seen(seen) + ".",
                "Wait for the steady state first.");
    }

    /** On what cannot be looked at. */
    static Verdict notObservable(String expected, Throwable why) {
        return new Verdict(Cause.NOT_OBSERVABLE, VerdictText.quoted(expected) + " could not be looked at: " + why);
    }

    /** On a look before the fault that does not return. */
    static Verdict noFirstLook(String expected, Duration limit) {
        return new Verdict(
                Cause.NOT_OBSERVABLE,
                VerdictText.quoted(expected)
                        + " could not be looked at before the fault: the look did not come back within "
                        + VerdictText.seconds(limit) + ".",
                "Give what it calls a time-out.");
    }

    /** On what was to go on, and was not looked at meanwhile. */
    static Verdict noLookUnderFault(String expected, Duration limit) {
        return new Verdict(
                Cause.NOT_OBSERVABLE,
                VerdictText.quoted(expected) + " was not looked at under the fault: no look began within "
                        + VerdictText.seconds(limit) + ".",
                "Give the machine less to do, and run it again.");
    }

    /** The same verdict on an expectation whose last look did not come back. */
    static Verdict withStuckLook(Verdict verdict, StackTraceElement[] stands) {
        if (verdict.cause() != Cause.NOT_NOTICED) {
            return verdict;
        }
        return new Verdict(
                Cause.CALL_DID_NOT_RETURN,
                VerdictText.stripped(verdict.reason()) + ": the look did not come back, and stands "
                        + VerdictText.where(stands) + ".",
                Optional.of(VerdictText.BOUNDLESS),
                verdict.attribution());
    }
}
