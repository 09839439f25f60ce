package io.faultline.verify;

import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.Injector;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Client;
import io.faultline.observe.Detection;
import io.faultline.observe.Detector;
import io.faultline.observe.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What every experiment is made of, whether it is written in Java or in a file: watch what is expected before the fault,
 * inject, wait, judge, heal, wait for the recovery. There is no other place in which a verdict on a fault is made.
 * Thread-safe.
 */
public final class ExperimentEngine {

    private static final Duration FIRST_LOOK = Duration.ofSeconds(10);
    /** For one look at what is to recover, before the healing. */
    private static final Duration LOOK_BEFORE_HEALING = Duration.ofSeconds(1);

    /** A no that took less is an answer; one that took longer can be a time-out, on a busy machine as well. */
    private static final Duration ANSWERED_AT_ONCE = Duration.ofMillis(500);

    private static final Duration INJECTED_WITHIN = Duration.ofSeconds(15);

    private final Injector injector;
    private final Journal journal;
    private final Client client;
    private final Relocation relocation;
    private final List<FaultWindow> open = new ArrayList<>();
    private final List<Expectation> resting = new ArrayList<>();
    private OptionalLong lastInForce = OptionalLong.empty();
    private Optional<FaultWindow> lastHealed = Optional.empty();
    private boolean noticed;
    private long lastInjectedNanos;
    private int injecting;

    /**
     * @param client whom verdicts are about
     * @param relocation tells what has become of the targets' addresses
     */
    public ExperimentEngine(Injector injector, Journal journal, Client client, Relocation relocation) {
        this.injector = injector;
        this.journal = journal;
        this.client = client;
        this.relocation = relocation;
    }

    /**
     * Begins to look at what is expected under the next fault; it must not be true yet.
     *
     * @throws VerdictException if it is true already, or cannot be looked at
     */
    public Expectation watch(Subject subject) throws InterruptedException {
        subject.detector().ifPresent(Detector::arm);
        Expectation expectation = begun(subject);
        expectation.came().ifPresent(already -> {
            throw new VerdictException(LookJudge.trueAlready(subject.what(), lastSeen(expectation)));
        });
        journal.record(Kind.STEADY, "before the fault: not \"" + subject.what() + '"', Map.of());
        return expectation;
    }

    /**
     * Begins to look at what else is expected under a fault that is open; it must be seen not to be true first.
     *
     * @throws VerdictException if it is true already, or cannot be looked at
     */
    Expectation watchUnderFault(Subject subject) throws InterruptedException {
        Expectation expectation = begun(subject);
        if (subject.detector().isEmpty() && expectation.came().isPresent()) {
            throw new VerdictException(LookJudge.neverSeenFalse(subject.what()));
        }
        return expectation;
    }

    /**
     * Begins to look at what is to go on; it must do so now.
     *
     * @throws VerdictException if it does not, or cannot be looked at
     */
    public Expectation watchKept(Subject subject) throws InterruptedException {
        Expectation expectation = begun(subject.negated());
        expectation.came().ifPresent(already -> {
            throw new VerdictException(LookJudge.notSteady(subject.what(), lastSeen(expectation)));
        });
        return expectation;
    }

    /**
     * Whether it came true under a fault before the last one was injected, so that it has to be true under that as well. What came
     * true while that was being injected can be of either.
     */
    public synchronized boolean isOfAnEarlierFault(Expectation expectation) {
        return open.size() > 1
                && expectation
                        .came()
                        .filter(seen -> seen.firstAfterNanos() - lastInjectedNanos < 0)
                        .isPresent();
    }

    /** Begins to look at what came true under an earlier fault already, and has to again under the last one. */
    public Expectation watchAgain(Subject subject) {
        return Expectation.begin(subject);
    }

    /** Begins to look at what is to hold from now on, whatever it was before. */
    public Expectation watchHold(Subject subject) {
        return Expectation.begin(subject.negated());
    }

    private static Expectation begun(Subject subject) throws InterruptedException {
        Expectation expectation = Expectation.begin(subject);
        try {
            boolean looked = expectation.awaitLook(FIRST_LOOK);
            requireObservable(expectation);
            if (!looked) {
                expectation.abandon();
                throw new VerdictException(LookJudge.noFirstLook(subject.what(), FIRST_LOOK));
            }
            return expectation;
        } catch (RuntimeException | InterruptedException e) {
            expectation.close();
            throw e;
        }
    }

    static void requireObservable(Expectation expectation) {
        expectation.failure().ifPresent(why -> {
            throw new VerdictException(
                    LookJudge.notObservable(expectation.subject().what(), why));
        });
    }

    private static String lastSeen(Expectation expectation) {
        return expectation.last().map(Observation::detail).orElse("nothing");
    }

    /**
     * Injects a fault and waits until it is in force.
     *
     * @param later what is expected only after something else: it is looked at until the fault is in force, and then not
     *     before it is waited for
     * @throws RuntimeException as {@link Injector#inject}
     */
    public FaultWindow inject(Fault fault, List<Expectation> later) throws InterruptedException {
        synchronized (this) {
            injecting++;
        }
        try {
            FaultWindow window = FaultWindow.begin(fault, injector, journal, client);
            synchronized (this) {
                open.add(window);
                lastInjectedNanos = System.nanoTime();
                lastInForce = OptionalLong.of(window.injection().inForceNanos());
                resting.addAll(later);
            }
            later.forEach(each -> each.restAfter(window.injection().inForceNanos()));
            return window;
        } finally {
            synchronized (this) {
                injecting--;
                notifyAll();
            }
        }
    }

    /** Waits until what is being injected in another thread is in force, which can be what it takes a container to stop. */
    private synchronized void awaitInjections() throws InterruptedException {
        long end = System.nanoTime() + INJECTED_WITHIN.toNanos();
        while (injecting > 0 && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
        }
    }

    /**
     * Prepares a fault for a control, as far as it can be prepared without being armed. Close it after the control.
     *
     * @return empty if it cannot
     * @throws RuntimeException as {@link Injector#inject}
     */
    public Optional<Injection> prepare(Fault fault) {
        try {
            return Optional.of(injector.inject(fault.after(Injector.MAXIMUM)).allowNoEffect());
        } catch (ImpossibleFaultException e) {
            journal.record(Kind.NOTE, "not prepared: " + e.getMessage(), Map.of());
            return Optional.empty();
        }
    }

    /** Whether no fault is open. */
    public synchronized boolean isIdle() {
        return open.isEmpty();
    }

    /** When the fault that was injected last was in force, as {@link System#nanoTime()}. */
    public synchronized OptionalLong lastInForce() {
        return lastInForce;
    }

    /** When the fault that was healed last was. */
    public synchronized OptionalLong lastHealed() {
        return lastHealed
                .map(window -> OptionalLong.of(window.injection().healedNanos()))
                .orElse(OptionalLong.empty());
    }

    /**
     * Waits until an expectation comes true under what is open.
     *
     * @param sinceNanos from when its bound counts, as {@link System#nanoTime()}
     */
    public Verdict await(Expectation expectation, Duration bound, long sinceNanos) throws InterruptedException {
        Optional<Detection> came = expectation.await(sinceNanos + bound.toNanos());
        Optional<StackTraceElement[]> stuck = came.isPresent() ? Optional.empty() : expectation.underWay();
        stuck.ifPresent(stack -> expectation.abandon());
        expectation.close();
        came.ifPresent(seen -> recordDetection(expectation, seen));
        synchronized (this) {
            noticed |= came.isPresent();
        }
        Verdict verdict = judged(expectation, came, bound, sinceNanos);
        return stuck.map(stack -> LookJudge.withStuckLook(verdict, stack)).orElse(verdict);
    }

    private void recordDetection(Expectation expectation, Detection seen) {
        journal.record(
                Kind.DETECTED,
                seen.firstAfterNanos(),
                expectation.subject().what()
                        + seen.failure()
                                .map(Object::toString)
                                .or(expectation::detail)
                                .map(text -> ": " + text)
                                .orElse(""),
                Map.of("uncertainty_ns", Long.toString(seen.uncertainty().toNanos())));
    }

    /** What one of the open faults decides; inconclusive if none can. */
    private Verdict judged(Expectation expectation, Optional<Detection> came, Duration bound, long sinceNanos)
            throws InterruptedException {
        String what = expectation.subject().what();
        FaultWindow.Expected expected =
                new FaultWindow.Expected(what, bound, expectation.subject().isOfClient());
        List<FaultWindow> windows;
        synchronized (this) {
            windows = List.copyOf(open);
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (FaultWindow window : windows) {
            try {
                verdicts.add(window.judge(expected, came, sinceNanos));
            } catch (RuntimeException e) {
                verdicts.add(new Verdict(
                        Cause.NOT_OBSERVABLE,
                        '"' + what + "\" cannot be judged, because the evidence cannot be read: " + e.getMessage()));
            }
        }
        return verdicts.stream()
                .filter(verdict -> verdict.outcome() != Outcome.INCONCLUSIVE)
                .findFirst()
                .or(() -> verdicts.stream().reduce((older, newer) -> newer))
                .orElseGet(() -> new Verdict(
                        Cause.FAULT_OVER,
                        "the fault was healed while \"" + what + "\" was waited for.",
                        "Heal it in the same branch, after what is expected under it."));
    }

    /**
     * Whether something that was to go on has not. Waits for a last look: one that hangs has seen nothing go on, and one that
     * began before the fault says nothing about it.
     *
     * @param sinceNanos from when it was to, as {@link System#nanoTime()}
     * @return empty if it has so far
     */
    public Optional<Verdict> brokenKept(Expectation kept, long sinceNanos) throws InterruptedException {
        boolean cameBack = kept.awaitLookAfter(sinceNanos, FIRST_LOOK);
        requireObservable(kept);
        Optional<StackTraceElement[]> stuck = cameBack ? Optional.empty() : kept.underWay();
        if (stuck.isPresent()) {
            kept.abandon();
            return Optional.of(KeptJudge.neverCameBack(kept.subject().what(), FIRST_LOOK, stuck.get()));
        }
        if (!cameBack) {
            return Optional.of(LookJudge.noLookUnderFault(kept.subject().what(), FIRST_LOOK));
        }
        Optional<Detection> stopped = kept.came();
        if (stopped.isEmpty()) {
            return Optional.empty();
        }
        awaitInjections();
        return Optional.of(KeptJudge.notKept(
                kept.subject().what(),
                kept.tookSince(sinceNanos).orElse(Duration.ZERO),
                lastSeen(kept),
                openOrLast().stream().anyMatch(window -> canExplain(window, stopped.get()))));
    }

    private static boolean canExplain(FaultWindow window, Detection stopped) {
        Injection injection = window.injection();
        return stopped.firstAfterNanos() - injection.beganNanos() >= 0
                && injection.evidence().total() > 0;
    }

    private synchronized List<FaultWindow> openOrLast() {
        return open.isEmpty() ? lastHealed.stream().toList() : List.copyOf(open);
    }

    /**
     * What has become of something that was to go on, for so long, under a fault that met the client.
     *
     * @param sinceNanos from when it was to, as {@link System#nanoTime()}
     */
    Verdict judgeKept(Expectation kept, long sinceNanos) throws InterruptedException {
        Optional<Verdict> broken = brokenKept(kept, sinceNanos);
        if (broken.isPresent()) {
            return broken.get();
        }
        String what = kept.subject().what();
        List<FaultWindow> windows = openOrLast();
        Optional<String> affected =
                windows.stream().flatMap(window -> window.affected().stream()).findFirst();
        return KeptJudge.kept(
                what,
                Duration.ofNanos(System.nanoTime() - sinceNanos),
                affected,
                windows.stream()
                        .flatMap(window -> window.blind().stream())
                        .findFirst()
                        .map(why -> String.valueOf(why.getMessage())));
    }

    /**
     * Begins to look at what is expected after a healing, which is to follow at once: it should be lost now. What does not
     * answer is lost, unless it answers a second time of asking: a busy machine is slow too.
     */
    public Expectation watchRecovery(Subject subject) throws InterruptedException {
        long began = System.nanoTime();
        Expectation expectation = Expectation.begin(subject);
        boolean looked = expectation.awaitLook(LOOK_BEFORE_HEALING);
        if (System.nanoTime() - began > ANSWERED_AT_ONCE.toNanos()
                && expectation.came().isEmpty()) {
            looked = expectation.awaitLookAfter(began + ANSWERED_AT_ONCE.toNanos(), LOOK_BEFORE_HEALING);
        }
        if (looked && expectation.came().isEmpty()) {
            expectation.lost();
            return expectation;
        }
        boolean ended;
        synchronized (this) {
            ended = open.stream().anyMatch(FaultWindow::hasEndedConnection);
        }
        if (looked && !ended && !comesAndGoes()) {
            return expectation;
        }
        expectation.close(); // one that is under way asks on a connection that may never answer
        return lostBefore(subject);
    }

    /** What is only slower or lossier works now and then: that the client has noticed it is loss enough. */
    private synchronized boolean comesAndGoes() {
        return noticed
                && open.stream().allMatch(window -> window.injection().reach().onlyDegrades());
    }

    private static Expectation lostBefore(Subject subject) {
        Expectation afterwards = Expectation.begin(subject);
        afterwards.lost();
        return afterwards;
    }

    /** Begins to look at what is expected where no fault is open any more. */
    public Expectation watchAfterwards(Subject subject) {
        return lostBefore(subject);
    }

    /**
     * Heals a fault, and makes sure that it held and was met.
     *
     * @return inconclusive if not
     */
    public Optional<Verdict> heal(FaultWindow window) {
        Evidence evidence = window.heal();
        Optional<String> affected = window.affected();
        synchronized (this) {
            open.remove(window);
            lastHealed = Optional.of(window);
            noticed &= !open.isEmpty();
        }
        Optional<Verdict> ended = window.clientEnded(evidence);
        if (ended.isPresent()) {
            return ended;
        }
        if (evidence.invalidated().isPresent()) {
            return Optional.of(new Verdict(
                    Cause.INVALIDATED,
                    "the fault " + window.injection().fault() + " did not hold as it should have: "
                            + evidence.invalidated().get() + ".",
                    "Run it again; if it happens again, look for what stops the target or changes its rules."));
        }
        if (evidence.total() == 0) {
            return Optional.of(new Verdict(
                    Cause.NO_EFFECT,
                    window.injection().fault() + " had no effect: " + evidence + ".",
                    "Does what is judged meet the fault at all? Let it do work while the fault is open, and look at who "
                            + "plays which role."));
        }
        return affected.isPresent()
                ? Optional.empty()
                : Optional.of(Judge.notAffected(
                        window.injection().fault() + " had an effect (" + evidence + ")",
                        window.blind().map(why -> String.valueOf(why.getMessage()))));
    }

    /**
     * Heals all that is open, newest first, without a further verdict. One that cannot be healed stops none of the others.
     *
     * @throws RuntimeException if one could not be
     */
    public void abandon() {
        List<FaultWindow> windows;
        synchronized (this) {
            windows = new ArrayList<>(open);
            open.clear();
            resting.forEach(Expectation::close);
        }
        List<RuntimeException> failures = new ArrayList<>();
        for (int i = windows.size() - 1; i >= 0; i--) {
            try {
                windows.get(i).heal();
            } catch (RuntimeException e) { // the others are healed all the same
                failures.add(e);
            }
        }
        failures.stream()
                .reduce((first, next) -> {
                    first.addSuppressed(next);
                    return first;
                })
                .ifPresent(first -> {
                    throw first;
                });
    }

    /**
     * Waits until something comes true after a healing.
     *
     * @param sinceNanos from when its bound counts, as {@link System#nanoTime()}
     */
    public Verdict awaitRecovery(Expectation expectation, Duration bound, long sinceNanos) throws InterruptedException {
        Optional<Detection> came = expectation.await(sinceNanos + bound.toNanos());
        Optional<StackTraceElement[]> stuck = came.isPresent() ? Optional.empty() : expectation.underWay();
        stuck.ifPresent(stack -> expectation.abandon());
        expectation.close();
        String what = expectation.subject().what();
        Optional<FaultWindow> healed;
        synchronized (this) {
            healed = lastHealed;
        }
        came.filter(seen -> healed.isPresent())
                .ifPresent(seen -> journal.record(
                        Kind.RECOVERED,
                        seen.firstAfterNanos(),
                        what + expectation.detail().map(text -> ": " + text).orElse(""),
                        Map.of(
                                "uncertainty_ns",
                                Long.toString(seen.uncertainty().toNanos()))));
        Verdict verdict = RecoveryJudge.afterHealing(
                new FaultWindow.Expected(what, bound, expectation.subject().isOfClient()),
                came.map(seen -> Duration.ofNanos(Math.max(0, seen.firstAfterNanos() - sinceNanos))),
                expectation.wasLost(),
                healed);
        if (verdict.outcome() == Outcome.BROKEN
                && healed.filter(FaultWindow::isReachedByPublishedPort).isPresent()) {
            Optional<String> moved =
                    relocation.since(healed.get().injection().reach().topology());
            return moved.map(change -> RecoveryJudge.addressChanged(what, change))
                    .orElse(verdict);
        }
        return verdict;
    }
}
