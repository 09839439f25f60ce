package io.faultline.verify;

import static io.faultline.verify.Facts.AFFECTED;
import static io.faultline.verify.Facts.PROXY;
import static io.faultline.verify.Facts.idle;
import static io.faultline.verify.Facts.noticed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.faultline.effect.Impact;
import io.faultline.observe.FailureClass;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JudgeTest {

    private static final Sockets[] NONE = {};

    /** What was noticed, and what it must be called. */
    static Stream<Arguments> noticedUnderFault() {
        return Stream.of(
                argumentSet("in time", noticed(2), Cause.AS_EXPECTED, "after 2.00 s, by TIMEOUT (bound 5.00 s)."),
                argumentSet("at the bound exactly", noticed(5), Cause.AS_EXPECTED, "after 5.00 s"),
                argumentSet("too late", noticed(5.1), Cause.NOTICED_TOO_LATE, "which is too late."),
                argumentSet("no packets", noticed(2).dropped(0), Cause.NO_EFFECT, "the fault had no effect by then"),
                argumentSet("too late, no packets", noticed(9).dropped(0), Cause.NO_EFFECT, "it cannot be the reason"),
                argumentSet("none of the client's", noticed(2).ofTheClients(0), Cause.NO_EFFECT, "had no effect"),
                argumentSet("a way around", noticed(2).dropped(0).around(PROXY), Cause.BYPASSED, PROXY),
                argumentSet(
                        "before it began",
                        noticed(-2),
                        Cause.CAME_TRUE_WHILE_INJECTING,
                        "before the fault was in force"),
                argumentSet(
                        "sooner than packets are missed",
                        noticed(2).cameSincePrepared(0.009),
                        Cause.CAME_TRUE_WHILE_INJECTING,
                        "while the fault was being injected"),
                argumentSet("not so soon", noticed(2).cameSincePrepared(0.011), Cause.AS_EXPECTED, "0.01 s"),
                argumentSet(
                        "while connections were ended",
                        noticed(2).does(Impact.REFUSES).cameSincePrepared(-0.5),
                        Cause.AS_EXPECTED,
                        "after 0.00 s"),
                argumentSet("invalidated", noticed(2).invalidated("it died"), Cause.INVALIDATED, "it died"),
                argumentSet(
                        "reset by silence",
                        noticed(2).came(2, FailureClass.RESET),
                        Cause.OTHER_FAILURE,
                        "a silent partition of every leg causes no RESET"),
                argumentSet(
                        "at an end of stream, of a connection that it has not closed",
                        noticed(2).came(2, FailureClass.EOF).keptAll(),
                        Cause.OTHER_FAILURE,
                        "a silent partition of every leg causes no EOF"),
                argumentSet(
                        "at what it calls an end of stream, of a connection that it has closed",
                        noticed(2).came(2, FailureClass.EOF),
                        Cause.AS_EXPECTED,
                        "by EOF"),
                argumentSet(
                        "reset by who was left out",
                        noticed(2).came(2, FailureClass.RESET).around(PROXY),
                        Cause.AS_EXPECTED,
                        "by RESET"),
                argumentSet(
                        "not this client",
                        noticed(2).unaffected(),
                        Cause.CLIENT_NOT_AFFECTED,
                        "nothing of the client's"),
                argumentSet(
                        "too late, not this client",
                        noticed(9).unaffected(),
                        Cause.CLIENT_NOT_AFFECTED,
                        "met the fault"),
                argumentSet(
                        "unseen client",
                        noticed(2).blind("not on Linux."),
                        Cause.NOT_ATTRIBUTABLE,
                        "cannot be seen from here: not on Linux. Run where"),
                argumentSet(
                        "not this client, as far as is remembered",
                        noticed(2).forgotten("It forgets."),
                        Cause.CLIENT_NOT_AFFECTED,
                        "say so by unattributed(). It forgets."),
                argumentSet(
                        "after the fault",
                        noticed(2).unaffected().over(1),
                        Cause.FAULT_OVER,
                        "by then the fault was over"),
                argumentSet("affected before it was over", noticed(2).over(1), Cause.AS_EXPECTED, "after 2.00 s"),
                argumentSet(
                        "about somebody else", noticed(2).unaffected().ofSomebodyElse(), Cause.AS_EXPECTED, "2.00 s"));
    }

    @ParameterizedTest
    @MethodSource
    void noticedUnderFault(Facts facts, Cause cause, String because) {
        requireVerdict(Judge.underFault(facts.findings()), cause, because);
    }

    static Stream<Arguments> notNoticedUnderFault() {
        Sockets armed = Sockets.idle().timer("keepalive", Duration.ofSeconds(1));
        return Stream.of(
                argumentSet("naive and idle", idle().dropped(0), Cause.NOT_NOTICED, "no keepalive is armed"),
                argumentSet("naive and busy", idle().affected(AFFECTED), Cause.NOT_NOTICED, "SO_KEEPALIVE"),
                argumentSet(
                        "ignores its timer", idle().connected(true, armed), Cause.NOT_NOTICED, "Does the client act"),
                argumentSet("invalidated", idle().invalidated("it died"), Cause.INVALIDATED, "it died"),
                argumentSet(
                        "not connected",
                        idle().connected(false, NONE),
                        Cause.CLIENT_NOT_AFFECTED,
                        "Is the client connected"),
                argumentSet(
                        "not connected, but asked",
                        idle().connected(false, NONE).affected(AFFECTED),
                        Cause.NOT_NOTICED,
                        "no connection of the client"),
                argumentSet(
                        "not connected, a way around",
                        idle().connected(false, NONE).dropped(0).around(PROXY),
                        Cause.CLIENT_NOT_AFFECTED,
                        PROXY),
                argumentSet(
                        "around the fault",
                        idle().connected(false, Sockets.idle()).dropped(0).around(PROXY),
                        Cause.BYPASSED,
                        "never met the fault"),
                // The packets are docker-proxy's: the client itself never met the fault.
                argumentSet(
                        "around it, packets",
                        idle().connected(false, Sockets.idle()).around(PROXY),
                        Cause.BYPASSED,
                        PROXY),
                argumentSet(
                        "others met packets",
                        idle().connected(false, Sockets.idle()),
                        Cause.CLIENT_NOT_AFFECTED,
                        "nothing of the client's met the fault"),
                argumentSet(
                        "others met packets, as far as is remembered",
                        idle().connected(false, NONE).forgotten("It forgets."),
                        Cause.CLIENT_NOT_AFFECTED,
                        "name it by client(…). It forgets."),
                argumentSet(
                        "others met packets, and it cannot be seen",
                        idle().connected(false, NONE).blind("not on Linux"),
                        Cause.NOT_NOTICED,
                        "did not come true within 5.00 s."),
                argumentSet(
                        "harms what is sent, and nothing was",
                        idle().does(Impact.DEGRADES).dropped(0),
                        Cause.NO_EFFECT,
                        "Let the client do work while the fault is open."),
                argumentSet(
                        "idle behind a proxy that answers keepalive",
                        idle().dropped(0).limitations("keepalive never acts"),
                        Cause.NO_EFFECT,
                        "Mind that keepalive never acts."),
                argumentSet(
                        "busy behind such a proxy",
                        idle().affected(AFFECTED).limitations("keepalive never acts"),
                        Cause.NOT_NOTICED,
                        "But keepalive never acts. Does the client act"));
    }

    @ParameterizedTest
    @MethodSource
    void notNoticedUnderFault(Facts facts, Cause cause, String because) {
        requireVerdict(Judge.underFault(facts.findings()), cause, because);
    }

    @Test
    void advisesNobodyToSetAKeepaliveThatAProxyAnswers() {
        Facts behindAProxy = idle().affected(AFFECTED).limitations("keepalive never acts");

        assertThat(Judge.underFault(behindAProxy.findings()).toString()).doesNotContain("SO_KEEPALIVE");
    }

    @Test
    void saysWhatItRestsOn() {
        assertThat(Judge.underFault(noticed(2).findings()).attribution()).contains(AFFECTED);
        assertThat(Judge.underFault(noticed(9).findings()).attribution()).contains(AFFECTED);
        assertThat(Judge.underFault(idle().affected(AFFECTED).findings()).attribution())
                .contains(AFFECTED);
        assertThat(Judge.underFault(noticed(2).unaffected().ofSomebodyElse().findings())
                        .attribution())
                .isEmpty();
    }

    @Test
    void heldNothingWithoutThisClientWhateverElseIsSo() {
        for (Impact impact : Impact.values()) {
            for (Facts facts : new Facts[] {
                noticed(2), noticed(2).around(PROXY), noticed(2).limitations("nothing")
            }) {
                Facts unaffected = facts.does(impact).unaffected();

                assertThat(Judge.underFault(unaffected.findings()).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
                assertThat(Judge.underFault(unaffected.blind("dark").findings()).outcome())
                        .isEqualTo(Outcome.INCONCLUSIVE);
            }
        }
    }

    private static void requireVerdict(Verdict verdict, Cause cause, String because) {
        assertThat(verdict.cause()).as(verdict.toString()).isEqualTo(cause);
        assertThat(verdict.toString())
                .startsWith(cause.outcome() + ": ")
                .contains(because)
                .doesNotContain("Optional", "null", "..");
    }
}
