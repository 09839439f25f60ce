package io.faultline.verify;

import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import io.faultline.inject.ClientFlows;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.Injector;
import io.faultline.inject.Reach.Met;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Client;
import io.faultline.observe.ClientActivity;
import io.faultline.observe.ClientNetwork;
import io.faultline.observe.Detection;
import io.faultline.observe.FailureClass;
import io.faultline.observe.Prediction;
import io.faultline.observe.TcpSocket;
import io.faultline.topology.Leg;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * One fault from before its injection until after its healing, and what the client's connections were and became in that
 * time: from both comes the verdict on what was seen under it. Thread-safe.
 */
@API(status = Status.INTERNAL)
public final class FaultWindow implements AutoCloseable {

    private final Client client;
    private final Injection injection;
    private final Journal journal;
    private final ConnectionsBefore before;
    private final SocketSampler sampler;
    private final Map<TcpSocket.Endpoint, Map<TcpSocket.Endpoint, Set<Met>>> met = new ConcurrentHashMap<>();
    private volatile Optional<RecoveryPrediction> recovery = Optional.empty();

    private FaultWindow(
            Client client, Injection injection, Journal journal, ConnectionsBefore before, SocketSampler sampler) {
        this.client = client;
        this.injection = injection;
        this.journal = journal;
        this.before = before;
        this.sampler = sampler;
    }

    /**
     * Looks at the client's connections, injects the fault, and waits until it is in force.
     *
     * @throws InterruptedException if the thread is interrupted; the fault is healed
     * @throws RuntimeException as {@link Injector#inject}
     */
    static FaultWindow begin(Fault fault, Injector injector, Journal journal, Client client)
            throws InterruptedException {
        SocketSampler sampler = SocketSampler.start(client);
        Optional<Injection> injected = Optional.empty();
        try {
            ConnectionsBefore before = ConnectionsBefore.of(client);
            before.blind()
                    .ifPresent(why -> journal.record(
                            Kind.NOTE, "the client's sockets cannot be seen: " + why.getMessage(), Map.of()));
            sampler.awaitLookAfter(System.nanoTime()); // what the injection ends at once has to be known before
            Injection injection = injector.inject(fault);
            injected = Optional.of(injection);
            FaultWindow window = new FaultWindow(client, injection, journal, before, sampler);
            sampler.follow(socket -> !window.metBy(socket).isEmpty());
            injection.awaitInForce();
            sampler.awaitLookAfter(injection.inForceNanos());
            journal.record(
                    Kind.PREDICTED, "before the fault, " + window.prediction().describe(), Map.of());
            return window;
        } catch (RuntimeException | InterruptedException e) {
            sampler.close();
            injected.ifPresent(open -> heal(open, e));
            throw e;
        }
    }

    /** What has no window is healed by nobody else before the end of its test. */
    private static void heal(Injection open, Exception because) {
        try {
            open.heal();
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    private Set<Met> metBy(TcpSocket socket) {
        return met.computeIfAbsent(socket.local(), local -> new ConcurrentHashMap<>())
                .computeIfAbsent(
                        socket.peer(),
                        peer -> isBetweenOthers(socket)
                                ? Set.of()
                                : injection.reach().met(socket, client));
    }

    private static boolean isBetweenOthers(TcpSocket socket) {
        return socket.state() == TcpSocket.State.LISTEN || socket.peer().port() == 0;
    }

    public Injection injection() {
        return injection;
    }

    void requireOpen(String what) {
        if (injection.isHealed()) {
            throw new IllegalStateException(what + " comes after " + injection.fault()
                    + " was healed, so it would be judged without the fault. Expect it before afterHealing(…), or begin "
                    + "another experiment.");
        }
    }

    /** What was foretold of the client's connections before the fault. */
    Prediction prediction() {
        return new Prediction(before.toTargetOf(injection.reach()));
    }

    /** When the kernel goes on by itself after the healing, if something of the client's was under way then. */
    Optional<RecoveryPrediction> recovery() {
        return recovery;
    }

    private Attribution attribution(ClientFlows flows) {
        return new Attribution(client, injection, sampler.activity(), event -> metBy(event.socket()), flows);
    }

    /** Which of the harmed packets were the client's, as far as that can be told now. */
    private ClientFlows flows(Evidence evidence) {
        boolean hasAny = evidence.flows().stream()
                .flatMap(each -> each.known().stream())
                .anyMatch(flows -> !flows.met().isEmpty());
        Optional<ClientNetwork> network = before.network()
                .flatMap(then -> hasAny ? ConnectionsBefore.network(client).map(then::and) : Optional.of(then));
        return new ClientFlows(client, injection.reach(), evidence.flows(), network, sampler.ports());
    }

    /**
     * What of the client's the fault has affected so far, in words; empty if nothing was, or cannot be seen.
     *
     * @throws RuntimeException if the evidence cannot be read
     */
    Optional<String> affected() {
        try {
            sampler.awaitLookAfter(System.nanoTime()); // what happened just now is seen by the next look only
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then what was seen so far has to do
        }
        Evidence evidence = injection.evidence();
        return attribution(flows(evidence)).affected(evidence, System.nanoTime(), Optional.empty());
    }

    /** Whether a connection of the client was ended under the fault; one that was never seen to come about was not. */
    boolean hasEndedConnection() {
        return sampler.activity()
                .first(event -> event.what() == ClientActivity.What.ENDED
                        && event.socket().state() != TcpSocket.State.SYN_SENT
                        && event.nanos() - injection.beganNanos() >= 0)
                .isPresent();
    }

    /** A client that ends by what is done to it alone does not bear it; of anybody else's end nobody knows what it means. */
    Optional<Verdict> clientEnded(Evidence evidence) {
        boolean isClientsEnd =
                evidence.invalidated().filter(Evidence.TARGET_DIED::equals).isPresent()
                        && evidence.total() > 0
                        && injection.reach().isOnNobodyBut(client);
        return isClientsEnd
                ? Optional.of(
                        new Verdict(Cause.CLIENT_ENDED, client.name() + " ended under " + injection.fault() + "."))
                : Optional.empty();
    }

    /** Whether the client's connections go by a published port, which can be another one after a restart. */
    boolean isReachedByPublishedPort() {
        return injection.reach().legs(prediction().connections()).contains(Leg.Kind.PROXY);
    }

    /** What cannot be seen of the client now. */
    Findings.Unseen unseen() {
        return unseen(flows(injection.evidence()));
    }

    private Findings.Unseen unseen(ClientFlows flows) {
        return new Findings.Unseen(sampler.blind().map(why -> String.valueOf(why.getMessage())), flows.unknown());
    }

    /**
     * The verdict on an expectation under the fault. Reads the evidence, and records it.
     *
     * @param came when it came true, if it did
     * @param sinceNanos from when its bound counts, as {@link System#nanoTime()}
     * @throws RuntimeException if the evidence cannot be read
     * @throws InterruptedException if the thread is interrupted
     */
    Verdict judge(Expected expected, Optional<Detection> came, long sinceNanos) throws InterruptedException {
        sampler.awaitLookAfter(came.map(Detection::firstAfterNanos).orElse(System.nanoTime()));
        Evidence evidence = injection.evidence();
        injection.record(evidence);
        Optional<Verdict> ended = clientEnded(evidence);
        if (ended.isPresent()) {
            return ended.get();
        }
        ClientFlows flows = flows(evidence);
        Optional<String> affected = attribution(flows)
                .affected(
                        evidence,
                        came.map(Detection::firstAfterNanos).orElse(System.nanoTime()),
                        came.flatMap(Detection::failure));
        boolean saysEnd = came.flatMap(Detection::failure)
                .filter(how -> how == FailureClass.EOF)
                .isPresent();
        boolean keptAll = saysEnd && injection.reach().onlySilences() && sampler.seesNoEndSince(injection.beganNanos());
        Verdict judged = Judge.underFault(findings(expected, came, sinceNanos, evidence, affected, keptAll, flows));
        return judged.outcome() == Outcome.BROKEN
                ? judged.withAdvice(injection.reach().cure())
                : judged;
    }

    /**
     * An expectation, and how long it was given.
     *
     * @param isOfClient whether it is the client that it is about
     */
    record Expected(String what, Duration bound, boolean isOfClient) {}

    private Findings findings(
            Expected expected,
            Optional<Detection> came,
            long sinceNanos,
            Evidence evidence,
            Optional<String> affected,
            boolean keptAll,
            ClientFlows flows) {
        List<TcpSocket> toTarget = before.toTargetOf(injection.reach());
        List<TcpSocket> met = toTarget.stream()
                .filter(socket -> injection.reach().carries(socket))
                .toList();
        return new Findings(
                expected,
                came,
                new Findings.Moments(sinceNanos, injection.beganNanos(), inForceForClientNanos(flows), over()),
                evidence,
                met.isEmpty() || affected.isPresent()
                        ? evidence.total() // what was seen of the client proves more than the leg that was counted on
                        : evidence.totalOn(injection.reach().legs(met)),
                affected,
                keptAll,
                unseen(flows),
                new Prediction(toTarget),
                !met.isEmpty(),
                injection.reach(),
                injection.bypasses(),
                injection.limitations());
    }

    /** When the client could meet the first of it: other effects, on other ways, can take longer. */
    private long inForceForClientNanos(ClientFlows flows) {
        Stream<Effect> ofConnections = before.established().stream()
                .flatMap(socket -> metBy(socket).stream())
                .map(Met::effect);
        return Stream.concat(ofConnections, flows.effects())
                .mapToLong(injection::inForceNanos)
                .min()
                .orElseGet(injection::inForceNanos);
    }

    private Optional<Long> over() {
        return injection.isHealed() ? Optional.of(injection.healedNanos()) : Optional.empty();
    }

    /**
     * Heals the fault, after a last look at what the client's connections wait for.
     *
     * @throws RuntimeException as {@link Injection#heal}
     */
    Evidence heal() {
        if (!injection.isHealed()) {
            recovery = RecoveryPrediction.of(sampler.activity().latest());
            recovery.ifPresent(due -> journal.record(Kind.PREDICTED, due.describe(), Map.of()));
        }
        injection.judged(); // by the engine, which heals nothing without a verdict
        try (sampler) {
            return injection.heal();
        }
    }

    /** Looks at the client no more. The fault stays as it is. */
    @Override
    public void close() {
        sampler.close();
    }
}
