package io.faultline.verify;

import io.faultline.fault.Fault;
import io.faultline.inject.Injection;
import io.faultline.inject.Injector;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Client;
import io.faultline.observe.Condition;
import io.faultline.observe.Detection;
import io.faultline.observe.Detector;
import io.faultline.topology.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Stream;

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
    private final Setting setting;
    private final List<Subject> kept = new ArrayList<>();
    private final List<Expectation> watchedKept = new ArrayList<>();
    private final ControlArm controlArm = new ControlArm();
    private Client client;
    private Optional<ExperimentEngine> engine = Optional.empty();
    private Optional<FaultWindow> window = Optional.empty();
    private Optional<Detection> detection = Optional.empty();
    private Optional<Duration> timeToRecover = Optional.empty();
    private volatile Optional<Verdict> verdict = Optional.empty();
    private final Unfinished begun;
    private volatile Optional<String> unbounded = Optional.empty(); // asked by the thread that ends the test
    private volatile boolean bounded;
    private volatile boolean control;
    private volatile Optional<Waiting> waiting = Optional.empty();

    private record Waiting(String what, Thread thread, Optional<Expectation> expectation) {}

    /**
     * What experiments of one test share.
     *
     * @param thisJvm the client that verdicts are about unless another is named
     * @param containers finds a container that is the client
     */
    public record Setting(
            Injector injector,
            Journal journal,
            Client thisJvm,
            Function<Target, Client> containers,
            Relocation relocation) {}

    public Experiment(Fault fault, Setting setting) {
        this.fault = fault;
        this.setting = setting;
        this.client = setting.thisJvm();
        this.begun = new Unfinished("during(" + fault + ")");
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
     * Accepts a verdict on any client that met the fault: for clients that cannot be seen, or do not speak TCP. Reports show that
     * nothing was attributed.
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
        control = true;
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
        requireNotHealed("hold");
        unbounded("hold");
        Duration checked = checked("hold", span);
        return guarded("hold", () -> {
            boolean first = window.isEmpty();
            controlArm.held(checked);
            injectOnce();
            long since = injection().orElseThrow().inForceNanos();
            watchedKept.get(0).await((first ? since : System.nanoTime()) + checked.toNanos());
            return judgeKept(since);
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
        requireNotHealed("expect(\"" + subject.what() + "\")");
        unbounded(subject.what());
        return bound -> underFault(subject, checked("within", bound));
    }

    /** Heals the fault, and expects that something becomes true again that was lost under it. */
    public Bound afterHealing(String what, Condition condition) {
        unbounded(what);
        return bound -> afterFault(Subject.of(what, condition.asObserver()), checked("within", bound));
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
        return verdict;
    }

    /**
     * What is missing for this experiment to mean anything, with the line that began it: an expectation, a bound, the control, or
     * the end of a wait in another thread. Empty if nothing is. For any thread.
     */
    public Optional<IllegalStateException> unfinished() {
        Optional<Waiting> now = waiting;
        return now.isPresent()
                ? Optional.of(begun.waiting(
                        "\"" + now.get().what() + "\" under " + fault,
                        now.get().thread(),
                        now.get().expectation().flatMap(Expectation::underWay)))
                : missing().map(begun::lacking);
    }

    private Optional<String> missing() {
        Optional<String> open = unbounded;
        if (open.isPresent()) {
            return Optional.of("The expectation \"" + open.get() + "\" under " + fault
                    + " was given no bound, so it was never checked. Add .within(…).");
        }
        if (bounded
                && control
                && verdict.filter(last -> last.outcome() == Outcome.HELD).isPresent()) {
            return Optional.of("during(" + fault
                    + ").control() was never run: it comes after the recovery. Add .afterHealing(…).within(…).");
        }
        return bounded
                ? Optional.empty()
                : Optional.of("during(" + fault
                        + ") was given no expectation, so nothing was injected. Add .expect(…).within(…).");
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

    /** What may come to a verdict. */
    @FunctionalInterface
    private interface Part {
        Verdict verdict() throws InterruptedException;
    }

    private Experiment guarded(String what, Part part) {
        waiting = Optional.of(new Waiting(what, Thread.currentThread(), Optional.empty()));
        try {
            return conclude(part.verdict());
        } catch (VerdictException e) {
            return conclude(e.verdict());
        } catch (InterruptedException e) {
            throw failed(interrupted(what, e));
        } catch (
                RuntimeException e) { // the fault cannot be injected or healed, or what shows its effect cannot be read
            if (isInterruption(e)) {
                throw failed(interrupted(what, e));
            }
            throw failed(e);
        } finally {
            waiting = Optional.empty();
        }
    }

    private static InconclusiveError interrupted(String what, Exception e) {
        Thread.currentThread().interrupt();
        return new InconclusiveError("Interrupted while waiting for \"" + what + "\".", e);
    }

    /** The client of Docker tells of an interruption by whatever exception it meets first. */
    private static boolean isInterruption(RuntimeException e) {
        return Thread.currentThread().isInterrupted()
                || Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                        .anyMatch(cause ->
                                cause instanceof InterruptedException || cause instanceof CancellationException);
    }

    private void awaits(Expectation expectation) {
        waiting = waiting.map(now -> new Waiting(now.what(), now.thread(), Optional.of(expectation)));
    }

    private Experiment underFault(Subject subject, Duration bound) {
        return guarded(subject.what(), () -> {
            boolean first = window.isEmpty();
            try (Expectation expectation = first ? engine().watch(subject) : engine().watchUnderFault(subject)) {
                awaits(expectation);
                injectOnce();
                long since = first ? injection().orElseThrow().inForceNanos() : System.nanoTime();
                Verdict reached = engine().await(expectation, bound, since);
                detection = detection.or(expectation::came);
                expectation.tookSince(since).ifPresent(after -> controlArm.noticed(subject, after));
                return reached.outcome() == Outcome.HELD && !watchedKept.isEmpty()
                        ? worse(reached, judgeKept(injection().orElseThrow().inForceNanos()))
                        : reached;
            }
        });
    }

    private static Verdict worse(Verdict held, Verdict other) {
        return other.outcome() == Outcome.HELD ? held : other;
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

    private Verdict judgeKept(long since) throws InterruptedException {
        Verdict last = new Verdict(Cause.AS_EXPECTED, "nothing was to go on");
        for (Expectation each : watchedKept) {
            last = engine().judgeKept(each, since);
            if (last.outcome() != Outcome.HELD) {
                return last;
            }
        }
        return last;
    }

    private Experiment afterFault(Subject subject, Duration bound) {
        FaultWindow opened = window.orElseThrow(() -> new IllegalStateException("afterHealing(\"" + subject.what()
                + "\") has nothing to heal: expect something under " + fault + " first."));
        return guarded(subject.what(), () -> {
            boolean healedBefore = opened.injection().isHealed();
            try (Expectation expectation =
                    healedBefore ? engine().watchAfterwards(subject) : engine().watchRecovery(subject)) {
                awaits(expectation);
                Verdict kept = watchedKept.isEmpty() || healedBefore
                        ? new Verdict(Cause.AS_EXPECTED, "")
                        : judgeKept(opened.injection().inForceNanos());
                if (kept.outcome() != Outcome.HELD) {
                    return kept;
                }
                watchedKept.forEach(Expectation::close);
                Optional<Verdict> notMet = engine().heal(opened);
                if (notMet.isPresent()) {
                    return notMet.get();
                }
                long healed = opened.injection().healedNanos();
                Verdict reached = engine().awaitRecovery(expectation, bound, healed);
                timeToRecover = expectation.tookSince(healed);
                return reached.outcome() == Outcome.HELD && control ? controlled(reached) : reached;
            }
        });
    }

    private Verdict controlled(Verdict reached) throws InterruptedException {
        control = false;
        setting.journal().record(Kind.NOTE, "control: the same without the fault", Map.of());
        return controlArm.run(engine(), fault, kept).orElse(reached);
    }

    private void requireNotHealed(String what) {
        if (injection().filter(Injection::isHealed).isPresent()) {
            throw new IllegalStateException(what + " comes after " + fault
                    + " was healed, so it would be judged without the fault. Expect it before afterHealing(…), or begin "
                    + "another experiment.");
        }
    }

    // Kept until its bound is told: an expectation that was begun and left would check nothing.
    private void unbounded(String what) {
        if (unbounded.isPresent()) {
            throw unfinished().orElseThrow();
        }
        unbounded = Optional.of(what);
    }

    private Experiment conclude(Verdict reached) {
        verdict = Optional.of(reached);
        Map<String, String> facts = Map.of(
                "outcome", reached.outcome().name(), "cause", reached.cause().name());
        setting.journal().record(Kind.VERDICT, reached.toString(), facts);
        Optional<AssertionError> error = reached.error(setting.journal());
        if (error.isPresent()) {
            throw failed(error.get());
        }
        return this;
    }

    /** Looks at nothing any more; what is open stays as it is. */
    public void end() {
        watchedKept.forEach(Expectation::close);
        window.ifPresent(FaultWindow::close);
    }

    private <T extends Throwable> T failed(T error) {
        watchedKept.forEach(Expectation::close);
        engine.ifPresent(each -> {
            try {
                each.abandon();
            } catch (RuntimeException e) {
                if (!e.equals(error)) {
                    error.addSuppressed(e);
                }
            }
        });
        return setting.journal().errors().raise(error);
    }

    private Duration checked(String verb, Duration bound) {
        unbounded = Optional.empty();
        bounded = true; // a bound that is refused says so itself
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException(verb + "(" + bound + "): the bound must be longer than zero.");
        }
        if (bound.compareTo(Injector.MAXIMUM) >= 0) {
            throw new IllegalArgumentException(verb + "(" + bound + "): the bound must be shorter than "
                    + Injector.MAXIMUM + ", after which every fault ends by itself.");
        }
        return bound;
    }
}
