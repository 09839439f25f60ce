package io.faultline.verify;

import io.faultline.fault.Fault;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.Injector;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.ClientSockets;
import io.faultline.observe.Detection;
import io.faultline.observe.Prediction;
import io.faultline.observe.TcpSocket;
import io.faultline.observe.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fault, and what the client's connections were before it: from both comes the verdict on what was seen under it. For
 * whoever looks by his own means; {@link Trial} looks itself. For one thread at a time.
 */
public final class Exposure {

    private static final Duration ACKNOWLEDGED = Duration.ofMillis(150);

    private final Injection injection;
    private final List<TcpSocket> before;

    private Exposure(Injection injection, List<TcpSocket> before) {
        this.injection = injection;
        this.before = before;
    }

    /**
     * Looks at the client's connections, injects the fault, and waits until it is in force.
     *
     * @throws InterruptedException if the thread is interrupted; the fault stays until it is healed
     * @throws RuntimeException as {@link Injector#inject}
     */
    public static Exposure begin(Fault fault, Injector injector, Journal journal, ClientSockets sockets)
            throws InterruptedException {
        List<TcpSocket> before = List.of();
        try {
            before = atRest(sockets);
        } catch (RuntimeException e) {
            journal.record(Kind.NOTE, "the client's sockets cannot be seen: " + e.getMessage(), Map.of());
        }
        Injection injection = injector.inject(fault);
        Exposure exposure = new Exposure(injection, before);
        injection.awaitInForce();
        journal.record(
                Kind.PREDICTED, "before the fault, " + exposure.prediction().describe(), Map.of());
        return exposure;
    }

    // For some 40 ms after a client's last word its acknowledgment can be out; the kernel's timer then says nothing yet
    // of what it will do on an idle connection.
    private static List<TcpSocket> atRest(ClientSockets sockets) throws InterruptedException {
        long now = System.nanoTime();
        List<TcpSocket> seen = sockets.established();
        if (seen.stream().allMatch(TcpSocket::isAcknowledged)) {
            return seen;
        }
        Watch.until(
                () -> sockets.established().stream().allMatch(TcpSocket::isAcknowledged),
                now,
                now + ACKNOWLEDGED.toNanos());
        return sockets.established();
    }

    public Injection injection() {
        return injection;
    }

    private Prediction prediction() {
        return new Prediction(toTarget());
    }

    private List<TcpSocket> toTarget() {
        return before.stream().filter(injection.reach()::leadsToTarget).toList();
    }

    /**
     * The verdict on an expectation under the fault: HELD only if the fault met packets by now, and nothing spoiled it. Reads
     * the evidence, and records it.
     *
     * @param came when it came true, if it did
     * @param sinceNanos from when its bound counts, as {@link System#nanoTime()}
     * @throws RuntimeException if the evidence cannot be read
     */
    public Verdict judge(String what, Optional<Detection> came, Duration bound, long sinceNanos) {
        List<TcpSocket> toTarget = toTarget();
        List<TcpSocket> cut =
                toTarget.stream().filter(injection.reach()::carries).toList();
        Evidence evidence = injection.evidenceSoFar();
        injection.record(evidence);
        Verdict judged = Judge.underFault(new Findings(
                what,
                came,
                bound,
                sinceNanos,
                evidence,
                cut.isEmpty()
                        ? evidence.total()
                        : evidence.totalOn(injection.reach().legs(cut)),
                new Prediction(toTarget),
                !cut.isEmpty(),
                injection.reach().silences(),
                injection.uncut(),
                injection.untestable()));
        return judged.outcome() == Outcome.BROKEN
                ? judged.withAdvice(injection.reach().cure())
                : judged;
    }
}
