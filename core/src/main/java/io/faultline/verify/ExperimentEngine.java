package io.faultline.verify;

import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.Injector;
import io.faultline.inject.NewestFirst;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Client;
import io.faultline.observe.Detection;
import io.faultline.observe.Detector;
import io.faultline.verify.ExperimentSetting.Relocation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What every experiment is made of, whether it is written in Java or in a file: watch what is expected before the fault,
 * inject, wait, judge, heal, wait for the recovery. There is no other place in which a verdict on a fault is made.
 * Thread-safe.
 */
@API(status = Status.INTERNAL)
public final class ExperimentEngine {

    private static final Duration FIRST_LOOK = Duration.ofSeconds(10);

    private final Injector injector;
    private final Journal journal;
    private final Client client;
    private final OpenFaults open = new OpenFaults();
    private final KeptChecks kept = new KeptChecks(open, FIRST_LOOK);
    private final Recoveries recoveries;
    private final List<Expectation> resting = new ArrayList<>();

    /**
     * @param client whom verdicts are about
     * @param relocation tells what has become of the targets' addresses
     */
    public ExperimentEngine(Injector injector, Journal journal, Client client, Relocation relocation) {
        this.injector = injector;
        this.journal = journal;
        this.client = client;
        this.recoveries = new Recoveries(open, journal, relocation);
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
            throw new VerdictException(LookJudge.trueAlready(subject.what(), expectation.lastSeen()));
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
            throw new VerdictException(LookJudge.notSteady(subject.what(), expectation.lastSeen()));
        });
        return expectation;
    }

    /**
     * Whether it came true under a fault before the last one was injected, so that it has to be true under that as well. What came
     * true while that was being injected can be of either.
     */
    public boolean isOfAnEarlierFault(Expectation expectation) {
        return expectation.came().filter(open::isEarlierThanLast).isPresent();
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
            expectation.requireObservable();
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

    /**
     * Injects a fault and waits until it is in force.
     *
     * @param later what is expected only after something else: it is looked at until the fault is in force, and then not
     *     before it is waited for
     * @throws RuntimeException as {@link Injector#inject}
     */
    public FaultWindow inject(Fault fault, List<Expectation> later) throws InterruptedException {
        open.begin();
        try {
            FaultWindow window = FaultWindow.begin(fault, injector, journal, client);
            synchronized (resting) {
                resting.addAll(later); // before it can be abandoned
            }
            open.add(window);
            later.forEach(each -> each.restAfter(window.injection().inForceNanos()));
            return window;
        } finally {
            open.end();
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
    public boolean isIdle() {
        return open.isEmpty();
    }

    /** When the fault that was injected last was in force, as {@link System#nanoTime()}. */
    public OptionalLong lastInForce() {
        return open.lastInForce();
    }

    /** When the fault that was healed last was. */
    public OptionalLong lastHealed() {
        return open.lastHealed()
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
        came.ifPresent(seen -> {
            expectation.record(seen, journal);
            open.noticed();
        });
        Verdict verdict = judged(expectation, came, bound, sinceNanos);
        return stuck.map(stack -> LookJudge.withStuckLook(verdict, stack)).orElse(verdict);
    }

    /** What one of the open faults decides; inconclusive if none can. */
    private Verdict judged(Expectation expectation, Optional<Detection> came, Duration bound, long sinceNanos)
            throws InterruptedException {
        String what = expectation.subject().what();
        FaultWindow.Expected expected =
                new FaultWindow.Expected(what, bound, expectation.subject().isOfClient());
        List<Verdict> verdicts = new ArrayList<>();
        for (FaultWindow window : open.all()) {
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
     * Whether something that was to go on has not: as {@link KeptChecks#broken}.
     *
     * @param sinceNanos from when it was to, as {@link System#nanoTime()}
     * @return empty if it has so far
     */
    public Optional<Verdict> brokenKept(Expectation expectation, long sinceNanos) throws InterruptedException {
        return kept.broken(expectation, sinceNanos);
    }

    /**
     * What has become of all that was to go on, for so long, under a fault that met the client.
     *
     * @param sinceNanos from when it was to, as {@link System#nanoTime()}
     */
    Verdict judgeKept(List<Expectation> expectations, long sinceNanos) throws InterruptedException {
        return kept.judge(expectations, sinceNanos);
    }

    /** Begins to look at what is expected after a healing, which is to follow at once: it should be lost now. */
    public Expectation watchRecovery(Subject subject) throws InterruptedException {
        return recoveries.watch(subject);
    }

    /** Begins to look at what is expected where no fault is open any more. */
    public Expectation watchAfterwards(Subject subject) {
        return Recoveries.lostBefore(subject);
    }

    /**
     * Heals a fault, and makes sure that it held and was met.
     *
     * @return inconclusive if not
     */
    public Optional<Verdict> heal(FaultWindow window) {
        Evidence evidence = window.heal();
        Optional<String> affected = window.affected();
        open.remove(window);
        return HealedJudge.judge(window, evidence, affected);
    }

    /**
     * Heals all that is open, newest first, without a further verdict. One that cannot be healed stops none of the others.
     *
     * @throws RuntimeException if one could not be
     */
    public void abandon() {
        List<FaultWindow> windows = open.removeAll();
        synchronized (resting) {
            resting.forEach(Expectation::close);
        }
        NewestFirst.run(windows.stream().<Runnable>map(window -> window::heal).toList());
    }

    /**
     * Waits until something comes true after a healing.
     *
     * @param sinceNanos from when its bound counts, as {@link System#nanoTime()}
     */
    public Verdict awaitRecovery(Expectation expectation, Duration bound, long sinceNanos) throws InterruptedException {
        return recoveries.await(expectation, bound, sinceNanos);
    }
}
