package io.faultline.verify;

import io.faultline.fault.Fault;
import io.faultline.inject.Injector;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * The verdict that an experiment is on its way to: what it lacks, who waits for it, what it came to. Written by the
 * experiment's thread, read by the one that ends the test.
 */
final class PendingVerdict {

    private final Fault fault;
    private final Journal journal;
    private final Runnable abandon;
    private final Unfinished begun;
    private volatile Optional<Verdict> verdict = Optional.empty();
    private volatile Optional<String> unbounded = Optional.empty();
    private volatile boolean bounded;
    private volatile boolean control;
    private volatile Optional<Waiting> waiting = Optional.empty();

    private record Waiting(String what, Thread thread, Optional<Expectation> expectation) {}

    /** What may come to a verdict. */
    @FunctionalInterface
    interface Part {
        Verdict verdict() throws InterruptedException;
    }

    /** @param abandon heals what is open, before an error is thrown */
    PendingVerdict(Fault fault, Journal journal, Runnable abandon) {
        this.fault = fault;
        this.journal = journal;
        this.abandon = abandon;
        this.begun = new Unfinished("during(" + fault + ")");
    }

    /** The last one. */
    Optional<Verdict> verdict() {
        return verdict;
    }

    void wantControl() {
        control = true;
    }

    /** Whether a control is wanted that was not begun yet: it is now. */
    boolean takeControl() {
        boolean wanted = control;
        control = false;
        return wanted;
    }

    // Kept until its bound is told: an expectation that was begun and left would check nothing.
    void unbounded(String what) {
        if (unbounded.isPresent()) {
            throw unfinished().orElseThrow();
        }
        unbounded = Optional.of(what);
    }

    Duration checked(String verb, Duration bound) {
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

    /** As {@link Experiment#unfinished}. */
    Optional<IllegalStateException> unfinished() {
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
        if (!bounded) {
            return Optional.of("during(" + fault
                    + ") was given no expectation, so nothing was injected. Add .expect(…).within(…).");
        }
        return control && verdict.filter(last -> last.outcome() == Outcome.HELD).isPresent()
                ? Optional.of("during(" + fault
                        + ").control() was never run: it comes after the recovery. Add .afterHealing(…).within(…).")
                : Optional.empty();
    }

    /** The part that is being carried out waits for this. */
    void awaits(Expectation expectation) {
        waiting = waiting.map(now -> new Waiting(now.what(), now.thread(), Optional.of(expectation)));
    }

    /** Carries a part out; throws unless its verdict is HELD. */
    void reach(String what, Part part) {
        waiting = Optional.of(new Waiting(what, Thread.currentThread(), Optional.empty()));
        try {
            conclude(part.verdict());
        } catch (VerdictException e) {
            conclude(e.verdict());
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

    private void conclude(Verdict reached) {
        verdict = Optional.of(reached);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("outcome", reached.outcome().name());
        facts.put("cause", reached.cause().name());
        reached.attribution().ifPresent(met -> facts.put("attribution", met));
        journal.record(Kind.VERDICT, reached.toString(), facts);
        Optional<AssertionError> error = reached.error(journal);
        if (error.isPresent()) {
            throw failed(error.get());
        }
    }

    private <T extends Throwable> T failed(T error) {
        try {
            abandon.run();
        } catch (RuntimeException e) {
            if (!e.equals(error)) {
                error.addSuppressed(e);
            }
        }
        return journal.errors().raise(error);
    }
}
