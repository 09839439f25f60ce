package io.faultline.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.faultline.verify.FaultWindow.Expected;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Verdicts on what was not, or not only, expected under a fault. */
class JudgeTextsTest {

    private static final Expected EXPECTED = new Expected("it works", Duration.ofSeconds(5), true);

    static Stream<Arguments> verdicts() {
        Duration span = Duration.ofSeconds(2);
        Optional<String> none = Optional.empty();
        return Stream.of(
                argumentSet("back in time", after(2, true), Cause.AS_EXPECTED, "\"it works\" 2.00 s (bound 5.00 s)."),
                argumentSet("back at the bound", after(5, true), Cause.AS_EXPECTED, "5.00 s"),
                argumentSet("back too late", after(5.1, true), Cause.NOT_RECOVERED, "did not come true within 5.00 s."),
                argumentSet(
                        "not back",
                        RecoveryJudge.afterHealing(EXPECTED, Optional.empty(), true, Optional.empty()),
                        Cause.NOT_RECOVERED,
                        "try to connect again"),
                argumentSet("never away", after(2, false), Cause.NEVER_LOST, "was true under the fault as well"),
                argumentSet(
                        "moved",
                        RecoveryJudge.addressChanged("it works", "a, now b"),
                        Cause.ADDRESS_CHANGED,
                        "a, now b."),
                argumentSet(
                        "true before",
                        LookJudge.trueAlready("it fails", "503"),
                        Cause.TRUE_BEFORE,
                        "already (503), so"),
                argumentSet(
                        "first seen true",
                        LookJudge.neverSeenFalse("it fails"),
                        Cause.TRUE_BEFORE,
                        "may have been true"),
                argumentSet(
                        "anyway",
                        LookJudge.happensAnyway("it fails", span, "came true"),
                        Cause.HAPPENS_WITHOUT_FAULT,
                        "\"it fails\" came true 2.00 s after"),
                argumentSet(
                        "not steady", LookJudge.notSteady("it works", "false"), Cause.NOT_STEADY, "fault either. Wait"),
                argumentSet(
                        "kept",
                        KeptJudge.kept("it works", span, Optional.of("met"), Findings.Unseen.NOTHING),
                        Cause.AS_EXPECTED,
                        "for 2.00 s."),
                argumentSet(
                        "kept by one that met nothing",
                        KeptJudge.kept("it works", span, none, Findings.Unseen.NOTHING),
                        Cause.CLIENT_NOT_AFFECTED,
                        "but nothing of the client's met"),
                argumentSet(
                        "kept by one that is not seen",
                        KeptJudge.kept("it works", span, none, new Findings.Unseen(Optional.of("dark"), none)),
                        Cause.NOT_ATTRIBUTABLE,
                        "from here: dark."),
                argumentSet(
                        "not kept",
                        KeptJudge.notKept("it works", span, "503", true),
                        Cause.STOPPED_WORKING,
                        "did not hold: after 2.00 s, 503."),
                argumentSet(
                        "not kept without a fault",
                        KeptJudge.notKept("it works", span, "503", false),
                        Cause.NO_EFFECT,
                        "had harmed nobody"),
                argumentSet(
                        "failed look",
                        LookJudge.notObservable("it works", new IllegalStateException("no route")),
                        Cause.NOT_OBSERVABLE,
                        "could not be looked at: java.lang.IllegalStateException: no route"),
                argumentSet(
                        "first look hangs",
                        LookJudge.noFirstLook("it works", span),
                        Cause.NOT_OBSERVABLE,
                        "within 2.00 s."),
                argumentSet(
                        "no look under the fault",
                        LookJudge.noLookUnderFault("it works", span),
                        Cause.NOT_OBSERVABLE,
                        "no look began within 2.00 s."));
    }

    @ParameterizedTest
    @MethodSource
    void verdicts(Verdict verdict, Cause cause, String because) {
        assertThat(verdict.cause()).as(verdict.toString()).isEqualTo(cause);
        assertThat(verdict.toString()).contains(because).doesNotContain("Optional", "null", "..");
    }

    @Test
    void tellsWhereALookStandsThatDidNotReturn() {
        Verdict broken = Judge.underFault(Facts.idle().affected(Facts.AFFECTED).findings());
        StackTraceElement[] stack = {new StackTraceElement("io.app.Orders", "count", "Orders.java", 7)};
        Verdict stuck = LookJudge.withStuckLook(broken, stack);

        assertThat(stuck.cause()).isEqualTo(Cause.CALL_DID_NOT_RETURN);
        assertThat(stuck.reason())
                .endsWith(
                        "within 5.00 s: the look did not come back, and stands at io.app.Orders.count(Orders.java:7).");
        assertThat(stuck.attribution()).contains(Facts.AFFECTED);
    }

    @Test
    void makesNoOtherVerdictWorseForALookThatDidNotReturn() {
        Verdict inconclusive =
                Judge.underFault(Facts.idle().invalidated("it died").findings());

        assertThat(LookJudge.withStuckLook(inconclusive, new StackTraceElement[0]))
                .isEqualTo(inconclusive);
    }

    private static Verdict after(double seconds, boolean wasLost) {
        Duration after = Duration.ofNanos(Math.round(seconds * 1e9));
        return RecoveryJudge.afterHealing(EXPECTED, Optional.of(after), wasLost, Optional.empty());
    }
}
