package io.faultline.verify;

import static io.faultline.verify.Outcome.BROKEN;
import static io.faultline.verify.Outcome.HELD;
import static io.faultline.verify.Outcome.INCONCLUSIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.Harm;
import io.faultline.inject.Evidence;
import io.faultline.observe.Detection;
import io.faultline.observe.FailureClass;
import io.faultline.observe.Prediction;
import io.faultline.observe.TcpSocket;
import io.faultline.terrain.Leg;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JudgeTest {

    private static final long INJECTED = 1_000_000_000_000L;
    private static final Duration BOUND = Duration.ofSeconds(5);
    private static final String PROXY = "docker-proxy answers at 0.0.0.0:32768->6379/tcp";

    /** Each way in which the facts can lie, and what it must be called. */
    static Stream<Arguments> underFault() {
        return Stream.of(
                argumentSet(
                        "in time, met packets", came(2), packets(3), idle(), true, whole(), HELD, "by TIMEOUT (bound"),
                argumentSet("at the bound exactly", came(5), packets(3), idle(), true, whole(), HELD, "after 5.00 s"),
                argumentSet("too late", came(5.1), packets(3), idle(), true, whole(), BROKEN, "which is too late"),
                argumentSet(
                        "no packets",
                        came(2),
                        packets(0),
                        idle(),
                        true,
                        whole(),
                        INCONCLUSIVE,
                        "no packet of the client"),
                argumentSet(
                        "no packets, a way around", came(2), packets(0), idle(), false, around(), INCONCLUSIVE, PROXY),
                argumentSet(
                        "too late, no packets", came(9), packets(0), idle(), true, whole(), INCONCLUSIVE, "no packet"),
                argumentSet(
                        "before the fault",
                        came(-1),
                        packets(3),
                        idle(),
                        true,
                        whole(),
                        INCONCLUSIVE,
                        "before the fault"),
                argumentSet(
                        "in time, but spoiled", came(2), spoiled(3), idle(), true, whole(), INCONCLUSIVE, "it died"),
                argumentSet(
                        "not at all, and spoiled", never(), spoiled(3), idle(), true, whole(), INCONCLUSIVE, "it died"),
                argumentSet(
                        "naive and idle", never(), packets(0), idle(), true, whole(), BROKEN, "no keepalive is armed"),
                argumentSet("naive and busy", never(), packets(9), idle(), true, whole(), BROKEN, "SO_KEEPALIVE"),
                argumentSet(
                        "ignores its own timer",
                        never(),
                        packets(9),
                        armed(),
                        true,
                        whole(),
                        BROKEN,
                        "Does the client act"),
                argumentSet(
                        "not connected, packets",
                        never(),
                        packets(9),
                        none(),
                        false,
                        whole(),
                        BROKEN,
                        "no connection of the client"),
                argumentSet(
                        "not connected, no packets",
                        never(),
                        packets(0),
                        none(),
                        false,
                        whole(),
                        INCONCLUSIVE,
                        "Is the client connected"),
                argumentSet(
                        "not connected, a way around",
                        never(),
                        packets(0),
                        none(),
                        false,
                        around(),
                        INCONCLUSIVE,
                        PROXY),
                argumentSet(
                        "around the fault",
                        never(),
                        packets(0),
                        idle(),
                        false,
                        around(),
                        INCONCLUSIVE,
                        "never met the fault"),
                // The packets are docker-proxy's: the client itself never met the fault.
                argumentSet("around it, packets", never(), packets(9), idle(), false, around(), INCONCLUSIVE, PROXY),
                argumentSet(
                        "others met packets, this JVM's connection is not to be cut",
                        never(),
                        packets(9),
                        idle(),
                        false,
                        whole(),
                        BROKEN,
                        "Does the client act"));
    }

    @ParameterizedTest
    @MethodSource
    void underFault(
            Optional<Detection> came,
            Evidence evidence,
            Prediction prediction,
            boolean crossesCut,
            List<String> uncut,
            Outcome outcome,
            String because) {
        Verdict verdict = Judge.underFault(new Findings(
                "it notices",
                came,
                BOUND,
                INJECTED,
                evidence,
                evidence.total(),
                prediction,
                crossesCut,
                true,
                uncut,
                List.of()));

        assertThat(verdict.outcome()).isEqualTo(outcome);
        assertThat(verdict.toString()).startsWith(outcome + ": ").contains(because);
        assertThat(verdict.toString()).doesNotContain("Optional", "null", "..");
    }

    @Test
    void takesNoIdleClientOfAProxyForOneThatDoesNotNotice() {
        Verdict verdict = behindAProxy(packets(0));

        assertThat(verdict.outcome()).isEqualTo(INCONCLUSIVE);
        assertThat(verdict.toString())
                .contains("nothing that the fault changes was sent", "Mind that keepalive never acts.");
    }

    @Test
    void advisesNobodyToSetAKeepaliveThatAProxyAnswers() {
        Verdict verdict = behindAProxy(packets(3));

        assertThat(verdict.outcome()).isEqualTo(BROKEN);
        assertThat(verdict.toString()).contains("But keepalive never acts.").doesNotContain("SO_KEEPALIVE");
    }

    private static Verdict behindAProxy(Evidence evidence) {
        return Judge.underFault(new Findings(
                "it notices",
                never(),
                BOUND,
                INJECTED,
                evidence,
                evidence.total(),
                idle(),
                true,
                true,
                whole(),
                List.of("keepalive never acts")));
    }

    @Test
    void learnsNothingFromAnIdleClientUnderAFaultThatOnlyHarmsWhatIsSent() {
        Verdict verdict = Judge.underFault(new Findings(
                "it notices",
                Optional.empty(),
                BOUND,
                INJECTED,
                packets(0),
                0,
                idle(),
                true,
                false,
                whole(),
                List.of()));

        assertThat(verdict.outcome()).isEqualTo(INCONCLUSIVE);
        assertThat(verdict.toString()).endsWith("Let the client do work while the fault is open.");
    }

    @Test
    void countsOnlyPacketsThatCanBeTheClients() {
        Verdict verdict = Judge.underFault(new Findings(
                "it notices", came(2), BOUND, INJECTED, packets(3), 0, idle(), true, true, whole(), List.of()));

        assertThat(verdict.outcome()).isEqualTo(INCONCLUSIVE);
    }

    static Stream<Arguments> afterHealing() {
        return Stream.of(
                argumentSet("in time", after(2), packets(3), HELD, "\"it works\" 2.00 s after healing (bound 5.00 s)."),
                argumentSet("at the bound exactly", after(5), packets(3), HELD, "5.00 s after healing"),
                argumentSet("too late", after(5.1), packets(3), BROKEN, "did not come true within 5.00 s"),
                argumentSet("never", Optional.empty(), packets(3), BROKEN, "try to connect again"),
                argumentSet("spoiled", after(2), spoiled(3), INCONCLUSIVE, "it died"));
    }

    @ParameterizedTest
    @MethodSource
    void afterHealing(Optional<Duration> after, Evidence evidence, Outcome outcome, String because) {
        Verdict verdict = Judge.afterHealing("it works", after, BOUND, evidence);

        assertThat(verdict.outcome()).isEqualTo(outcome);
        assertThat(verdict.toString()).contains(because);
    }

    @Test
    void whatWasTrueBeforeTheFaultProvesNothing() {
        assertThat(Judge.trueAlready("it notices").toString())
                .isEqualTo("INCONCLUSIVE: \"it notices\" was true before the fault already, so the fault could not be "
                        + "what made it true. Wait for the steady state first.");
    }

    private static Optional<Detection> came(double seconds) {
        long at = INJECTED + Math.round(seconds * 1e9);
        return Optional.of(new Detection(at - 5, at, Optional.of(FailureClass.TIMEOUT)));
    }

    private static Optional<Detection> never() {
        return Optional.empty();
    }

    private static Optional<Duration> after(double seconds) {
        return Optional.of(Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    private static Evidence packets(long packets) {
        return new Evidence(
                List.of(new Count(Leg.Kind.CONTAINER, Direction.IN, Harm.DROPPED, packets, packets)), Optional.empty());
    }

    private static Evidence spoiled(long packets) {
        return new Evidence(packets(packets).counts(), Optional.of("it died"));
    }

    private static Prediction idle() {
        return prediction("ESTAB 0 0 127.0.0.1:5 127.0.0.1:32768 ino:1 sk:1\n");
    }

    private static Prediction armed() {
        return prediction("ESTAB 0 0 127.0.0.1:5 127.0.0.1:32768 timer:(keepalive,976ms,0) ino:1 sk:1\n");
    }

    private static Prediction none() {
        return prediction("");
    }

    private static Prediction prediction(String ss) {
        return new Prediction(TcpSocket.parse(ss));
    }

    private static List<String> whole() {
        return List.of();
    }

    private static List<String> around() {
        return List.of(PROXY);
    }
}
