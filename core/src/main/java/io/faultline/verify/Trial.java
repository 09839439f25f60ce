package io.faultline.verify;

import io.faultline.fault.Fault;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.Injector;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.ClientSockets;
import io.faultline.observe.Condition;
import io.faultline.observe.Detection;
import io.faultline.observe.Detector;
import io.faultline.observe.Watch;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One fault, and what is expected under it and after it. The fault is injected when the first expectation gets its
 * bound, so that what is expected can be seen not to be true already. For one thread.
 *
 * <p>An expectation that does not hold heals the fault and throws: {@link BrokenError}, or {@link InconclusiveError}
 * where the fault had no effect.
 */
public final class Trial {

    private final Fault fault;
    private final Injector injector;
    private final Journal journal;
    private final ClientSockets sockets;
    private Optional<Exposure> exposure = Optional.empty();
    private Optional<Detection> detection = Optional.empty();
    private Optional<Duration> timeToRecover = Optional.empty();
    private Optional<Verdict> verdict = Optional.empty();
    private Optional<String> unbounded = Optional.empty();
    private boolean bounded;

    public Trial(Fault fault, Injector injector, Journal journal, ClientSockets sockets) {
        this.fault = fault;
        this.injector = injector;
        this.journal = journal;
        this.sockets = sockets;
    }

    /** How long an expectation has to come true. Until it is told, nothing is injected and nothing is expected. */
    @FunctionalInterface
    public interface Bound {

        /**
         * Waits for it.
         *
         * @throws BrokenError if it did not come true in time
         * @throws InconclusiveError if the fault had no effect, or it was true before the fault already
         * @throws IllegalArgumentException if the bound is not positive
         */
        Trial within(Duration bound);
    }

    /**
     * Expects that something becomes true under the fault, as {@code worker::isDisconnected}; looked at every 5 ms. It
     * must be seen not to be true first: before the fault if it is the first expectation, under it if it is a later one.
     *
     * @throws IllegalStateException if the fault has been healed already, or the expectation before has no bound
     */
    public Bound expect(String what, Condition condition) {
        requireNotHealed(what);
        unbounded(what);
        return bound -> underFault(what, checked(bound), condition, Optional.empty());
    }

    /**
     * Expects that the client itself tells that it noticed: exact to the instant, and classed by how it failed.
     *
     * @throws IllegalStateException if the fault has been healed already, or the expectation before has no bound
     */
    public Bound expect(String what, Detector detector) {
        requireNotHealed(what);
        unbounded(what);
        return bound ->
                underFault(what, checked(bound), () -> detector.detection().isPresent(), Optional.of(detector));
    }

    /** Heals the fault, and expects that something becomes true again. */
    public Bound afterHealing(String what, Condition condition) {
        unbounded(what);
        return bound -> afterFault(what, checked(bound), condition);
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

    /** What is missing for this trial to mean anything, in a sentence that tells what to add; empty if nothing is. */
    public Optional<String> unfinished() {
        if (unbounded.isPresent()) {
            return Optional.of("The expectation \"" + unbounded.get() + "\" under " + fault
                    + " was given no bound, so it was never checked. Add .within(…).");
        }
        return bounded
                ? Optional.empty()
                : Optional.of("during(" + fault
                        + ") was given no expectation, so nothing was injected. Add .expect(…).within(…).");
    }

    private Optional<Injection> injection() {
        return exposure.map(Exposure::injection);
    }

    private Trial underFault(String what, Duration bound, Condition condition, Optional<Detector> detector) {
        boolean seenBefore = exposure.isEmpty();
        Injection open = injection().orElseGet(() -> injectWhenSteady(what, condition, detector));
        Optional<Detection> came = watch(what, condition, open.inForceNanos(), bound)
                .map(seen -> detector.flatMap(Detector::detection).orElse(seen));
        came.ifPresent(seen -> journal.record(
                Kind.DETECTED,
                seen.firstAfterNanos(),
                what + seen.failure().map(failure -> ": " + failure).orElse(""),
                Map.of("uncertainty_ns", Long.toString(seen.uncertainty().toNanos()))));
        detection = detection.or(() -> came);
        boolean sawItChange = seenBefore || detector.isPresent();
        if (!sawItChange
                && came.filter(seen -> seen.lastBeforeNanos() == open.inForceNanos())
                        .isPresent()) {
            return conclude(Judge.neverSeenFalse(what));
        }
        return conclude(judged(what, came, bound));
    }

    private Verdict judged(String what, Optional<Detection> came, Duration bound) {
        Exposure open = exposure.orElseThrow();
        try {
            return open.judge(what, came, bound, open.injection().inForceNanos());
        } catch (RuntimeException e) {
            throw failed(new InconclusiveError(
                    "\"" + what + "\" cannot be judged, because the evidence cannot be read: " + e.getMessage(), e));
        }
    }

    // Kept until its bound is told: an expectation that was begun and left would check nothing.
    private void unbounded(String what) {
        if (unbounded.isPresent()) {
            throw new IllegalStateException(unfinished().orElseThrow());
        }
        unbounded = Optional.of(what);
    }

    private void bounded() {
        unbounded = Optional.empty();
        bounded = true;
    }

    private void requireNotHealed(String what) {
        if (injection().filter(Injection::isHealed).isPresent()) {
            throw new IllegalStateException("expect(\"" + what + "\") comes after " + fault
                    + " was healed, so it would be judged without the fault. Expect it before afterHealing(…), or begin "
                    + "another trial.");
        }
    }

    private Trial afterFault(String what, Duration bound, Condition condition) {
        Injection open = injection()
                .orElseThrow(() -> new IllegalStateException("afterHealing(\"" + what
                        + "\") has nothing to heal: expect something under " + fault + " first."));
        Evidence evidence = open.heal();
        Optional<Detection> came = watch(what, condition, open.healedNanos(), bound);
        Optional<Duration> after = came.map(seen -> seen.after(open.healedNanos()));
        came.ifPresent(seen -> journal.record(Kind.RECOVERED, seen.firstAfterNanos(), what, Map.of()));
        timeToRecover = after;
        return conclude(Judge.afterHealing(what, after, bound, evidence));
    }

    private Injection injectWhenSteady(String what, Condition condition, Optional<Detector> detector) {
        detector.ifPresent(Detector::arm);
        if (watch(what, condition, System.nanoTime(), Duration.ZERO).isPresent()) {
            conclude(Judge.trueAlready(what));
        }
        journal.record(Kind.STEADY, "before the fault: not \"" + what + '"', Map.of());
        try {
            exposure = Optional.of(Exposure.begin(fault, injector, journal, sockets));
            return exposure.get().injection();
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    /** Looks until it holds or the bound has passed; with a bound of zero, looks once. */
    private Optional<Detection> watch(String what, Condition condition, long sinceNanos, Duration bound) {
        try {
            return Watch.until(condition, sinceNanos, sinceNanos + bound.toNanos());
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        } catch (Watch.LookFailedException e) {
            Throwable why = Objects.requireNonNullElse(e.getCause(), e);
            throw failed(new InconclusiveError("\"" + what + "\" could not be looked at: " + why, why));
        }
    }

    private AssertionError interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return failed(new InconclusiveError("Interrupted while waiting for \"" + what + "\".", e));
    }

    private Trial conclude(Verdict reached) {
        verdict = Optional.of(reached);
        journal.record(
                Kind.VERDICT,
                reached.toString(),
                Map.of("outcome", reached.outcome().name()));
        Optional<AssertionError> error = reached.error(journal);
        if (error.isPresent()) {
            throw failed(error.get());
        }
        return this;
    }

    private AssertionError failed(AssertionError error) {
        injection().ifPresent(open -> {
            try {
                open.heal();
                open.evidence(); // judged: this error says what there is to say
            } catch (RuntimeException e) {
                error.addSuppressed(e);
            }
        });
        return error;
    }

    private Duration checked(Duration bound) {
        bounded(); // a bound that is refused says so itself
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException("within(" + bound + "): the bound must be longer than zero.");
        }
        if (bound.compareTo(Injector.MAXIMUM) >= 0) {
            throw new IllegalArgumentException("within(" + bound + "): the bound must be shorter than "
                    + Injector.MAXIMUM + ", after which every fault ends by itself.");
        }
        return bound;
    }
}
