package io.faultline.verify;

import io.faultline.fault.Fault;
import io.faultline.inject.Injection;
import io.faultline.observe.Client;
import io.faultline.observe.Condition;
import io.faultline.observe.Detection;
import io.faultline.observe.Detector;
import io.faultline.topology.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * One fault, and what is expected under it and after it. The fault is injected when the first expectation gets its
 * bound: until then what is expected is looked at, without a gap, and must not be true. A verdict is about one client:
 * this JVM, unless {@link #client} names a container. For one thread.
 *
 * <p>An expectation that does not hold heals the fault and throws: {@link BrokenError}, or {@link InconclusiveError}
 * where the fault was not what brought it about, or did nothing to the client.
 */
public final class Experiment {

    private final Fault fault;
    private final ExperimentSetting setting;
    private final List<Subject> kept = new ArrayList<>();
    private final List<Expectation> watchedKept = new ArrayList<>();
    private final ControlArm controlArm = new ControlArm();
    private final PendingVerdict pending;
    private Client client;
    private Optional<ExperimentEngine> engine = Optional.empty();
    private Optional<FaultWindow> window = Optional.empty();
    private Optional<Detection> detection = Optional.empty();
    private Optional<Duration> timeToRecover = Optional.empty();

    @API(status = Status.INTERNAL)
    public Experiment(Fault fault, ExperimentSetting setting) {
        this.fault = fault;
        this.setting = setting;
        this.client = setting.thisJvm();
        this.pending = new PendingVerdict(fault, setting.journal(), this::abandon);
    }

    /** How long an expectation has to come true. Until it is told, nothing is injected and nothing is expected. */
    @FunctionalInterface
    public interface Bound {

        /**
         * Waits for it.
         *
         * @throws BrokenError if it did not come true in time
         * @throws InconclusiveError if the fault did nothing to the client, or it was true before the fault already
         * @throws IllegalArgumentException if the bound is not positive
         */
        Experiment within(Duration bound);
    }

    /**
     * Names the container that is judged: only what the fault does to its own connections counts.
     *
     * @throws IllegalStateException if the fault is injected already
     */
    public Experiment client(Target container) {
        requireNotInjected("client");
        client = setting.containers().apply(container);
        return this;
    }

    /**
     * Accepts a verdict on any client that met the fault: for clients that cannot be seen, or speak neither TCP nor UDP. Reports
     * show that nothing was attributed.
     *
     * @throws IllegalStateException if the fault is injected already
     */
    public Experiment unattributed() {
        requireNotInjected("unattributed");
        client = Client.anyone();
        return this;
    }

    /**
     * Does it all again after the last expectation, with the fault prepared and not armed, for as long as it took to notice
     * it: what happens then as well was not the fault's doing. Needs {@link #afterHealing}.
     *
     * @throws IllegalStateException if the fault is injected already
     */
    public Experiment control() {
        requireNotInjected("control");
        pending.wantControl();
        return this;
    }

    private void requireNotInjected(String verb) {
        if (window.isPresent()) {
            throw new IllegalStateException(
                    verb + "(…) comes after " + fault + " was injected. Say it before the first expectation.");
        }
    }

    /**
     * Expects that something goes on being true for as long as the fault is open; it must be true before.
     *
     * @throws IllegalStateException if the fault is injected already
     */
    public Experiment keeps(String what, Condition condition) {
        requireNotInjected("keeps");
        kept.add(Subject.of(what, condition.asObserver()));
        return this;
    }

    /**
     * Lets the fault stand for a while, in which what it {@link #keeps} has to go on.
     *
     * @throws BrokenError if something that was to go on did not
     * @throws InconclusiveError if the fault did nothing to the client, or it did not go on before the fault
     * @throws IllegalStateException if nothing is to go on, or the expectation before has no bound
     */
    public Experiment hold(Duration span) {
        if (kept.isEmpty()) {
            throw new IllegalStateException("hold(" + span + ") has nothing to look at. Say keeps(…) first.");
        }
        window.ifPresent(opened -> opened.requireOpen("hold"));
        pending.unbounded("hold");
        Duration checked = pending.checked("hold", span);
        return reach("hold", () -> {
            boolean first = window.isEmpty();
            controlArm.held(checked);
            injectOnce();
            long since = injection().orElseThrow().inForceNanos();
            watchedKept.get(0).await((first ? since : System.nanoTime()) + checked.toNanos());
            return engine().judgeKept(watchedKept, since);
        });
    }

    /**
     * Expects that something becomes true under the fault, as {@code worker::isDisconnected}; looked at every 5 ms. It
     * must be seen not to be true first: before the fault if it is the first expectation, under it if it is a later one.
     *
     * @throws IllegalStateException if the fault has been healed already, or the expectation before has no bound
     */
    public Bound expect(String what, Condition condition) {
        return bound(Subject.of(what, condition.asObserver()));
    }

    /**
     * Expects that the client itself tells that it noticed: exact to the instant, and classed by how it failed.
     *
     * @throws IllegalStateException if the fault has been healed already, or the expectation before has no bound
     */
    public Bound expect(String what, Detector detector) {
        return bound(Subject.of(what, detector));
    }

    private Bound bound(Subject subject) {
        window.ifPresent(opened -> opened.requireOpen("expect(\"" + subject.what() + "\")"));
        pending.unbounded(subject.what());
        return bound -> underFault(subject, pending.checked("within", bound));
    }

    /** Heals the fault, and expects that something becomes true again that was lost under it. */
    public Bound afterHealing(String what, Condition condition) {
        pending.unbounded(what);
        return bound -> afterFault(Subject.of(what, condition.asObserver()), pending.checked("within", bound));
    }

    /** What was noticed first under the fault, and when. */
    public Optional<Detection> detection() {
        return detection;
    }

    /** From the fault in force to the first expectation that came true under it. */
    public Optional<Duration> timeToDetect() {
        return detection.flatMap(found -> injection().map(open -> found.after(open.inForceNanos())));
    }

    /** From the healing to the last expectation that came true after it. */
    public Optional<Duration> timeToRecover() {
        return timeToRecover;
    }

    /** The verdict on the last expectation. */
    public Optional<Verdict> verdict() {
        return pending.verdict();
    }

    /**
     * What is missing for this experiment to mean anything, with the line that began it: an expectation, a bound, the control, or
     * the end of a wait in another thread. Empty if nothing is. For any thread.
     */
    public Optional<IllegalStateException> unfinished() {
        return pending.unfinished();
    }

    private Optional<Injection> injection() {
        return window.map(FaultWindow::injection);
    }

    private ExperimentEngine engine() {
        ExperimentEngine made = engine.orElseGet(
                () -> new ExperimentEngine(setting.injector(), setting.journal(), client, setting.relocation()));
        engine = Optional.of(made);
        return made;
    }

    private Experiment reach(String what, PendingVerdict.Part part) {
        pending.reach(what, part);
        return this;
    }

    private Experiment underFault(Subject subject, Duration bound) {
        return reach(subject.what(), () -> {
            boolean first = window.isEmpty();
            try (Expectation expectation = first ? engine().watch(subject) : engine().watchUnderFault(subject)) {
                pending.awaits(expectation);
                injectOnce();
                long since = first ? injection().orElseThrow().inForceNanos() : System.nanoTime();
                Verdict reached = engine().await(expectation, bound, since);
                detection = detection.or(expectation::came);
                expectation.tookSince(since).ifPresent(after -> controlArm.noticed(subject, after));
                return reached.outcome() == Outcome.HELD
                        ? notKept(injection().orElseThrow().inForceNanos()).orElse(reached)
                        : reached;
            }
        });
    }

    private void injectOnce() throws InterruptedException {
        if (window.isPresent()) {
            return;
        }
        for (Subject subject : kept) {
            watchedKept.add(engine().watchKept(subject));
        }
        window = Optional.of(engine().inject(fault, List.of()));
    }

    /** The verdict on what was to go on, unless that has. */
    private Optional<Verdict> notKept(long since) throws InterruptedException {
        return Optional.of(engine().judgeKept(watchedKept, since)).filter(kept -> kept.outcome() != Outcome.HELD);
    }

    private Experiment afterFault(Subject subject, Duration bound) {
        FaultWindow opened = window.orElseThrow(() -> new IllegalStateException("afterHealing(\"" + subject.what()
                + "\") has nothing to heal: expect something under " + fault + " first."));
        return reach(subject.what(), () -> {
            boolean healedBefore = opened.injection().isHealed();
            try (Expectation expectation =
                    healedBefore ? engine().watchAfterwards(subject) : engine().watchRecovery(subject)) {
                pending.awaits(expectation);
                Optional<Verdict> notMet = healedBefore
                        ? Optional.empty()
                        : notKept(opened.injection().inForceNanos());
                if (notMet.isEmpty()) {
                    watchedKept.forEach(Expectation::close);
                    notMet = engine().heal(opened);
                }
                if (notMet.isPresent()) {
                    return notMet.get();
                }
                long healed = opened.injection().healedNanos();
                Verdict reached = engine().awaitRecovery(expectation, bound, healed);
                timeToRecover = expectation.tookSince(healed);
                return reached.outcome() == Outcome.HELD && pending.takeControl()
                        ? controlArm
                                .run(engine(), setting.journal(), fault, kept)
                                .orElse(reached)
                        : reached;
            }
        });
    }

    /** Looks at nothing any more; what is open stays as it is. */
    public void end() {
        watchedKept.forEach(Expectation::close);
        window.ifPresent(FaultWindow::close);
    }

    private void abandon() {
        watchedKept.forEach(Expectation::close);
        engine.ifPresent(ExperimentEngine::abandon);
    }
}
