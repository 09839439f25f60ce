package io.faultline.inject;

import io.faultline.agent.AgentException;
import io.faultline.agent.Ended;
import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.fault.Schedule;
import io.faultline.journal.Event.Kind;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One open harm. Heals itself when it is closed, when its test ends, and, should this JVM die, by the agent. Thread-safe.
 *
 * <p>{@link #close()} also judges: an injection that had no effect fails the test, because whatever was seen meanwhile was
 * not seen under the fault. Only {@link #allowNoEffect()} switches that off; reading {@link #evidence()} does not.
 */
public final class Injection implements AutoCloseable {

    private final Fault fault;
    private final List<Effect> effects;
    private final CompositeActiveEffects open;
    private final List<String> bypasses;
    private final List<String> limitations;
    private final Topology topology;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final InjectionRecord record;
    private final InjectionRegistry registry;
    private final Throwable opened;
    private final Thread openedIn = Thread.currentThread();
    private volatile long beganNanos;
    private volatile List<Long> inForceNanos;
    private volatile Optional<String> brokenSchedule = Optional.empty();
    private Fault tuned;
    private boolean lifted;
    private boolean everInForce;
    private boolean judged;
    private Optional<Evidence> healed = Optional.empty();
    private List<RuntimeException> healFailures = List.of();
    private long healedNanos;

    /**
     * A plan that was carried out.
     *
     * @param beganNanos when it was begun with
     */
    record Carried(Plan plan, Topology topology, List<ActiveEffects> open, OpenOptions options, long beganNanos) {}

    Injection(Fault fault, Carried carried, InjectionRecord record, InjectionRegistry registry) {
        this.fault = fault;
        this.tuned = fault;
        this.effects = carried.plan().effects();
        this.open = new CompositeActiveEffects(carried.open());
        this.bypasses = carried.plan().bypasses();
        this.limitations = carried.plan().limitations();
        this.topology = carried.topology();
        this.lifted = carried.options().lifted();
        this.everInForce = !lifted;
        this.beganNanos = carried.beganNanos();
        this.inForceNanos = open.inForceNanos();
        if (everInForce) {
            begun.countDown();
        }
        this.record = record;
        this.registry = registry;
        this.opened = new Throwable(fault + " was opened here");
    }

    public Fault fault() {
        return fault;
    }

    /** When all of it was in force for the first time, or was prepared if it is not yet; as {@link System#nanoTime()}. */
    public long inForceNanos() {
        return Collections.max(inForceNanos);
    }

    /** The same of one of its effects, of which others may take longer. */
    public long inForceNanos(Effect effect) {
        List<Long> each = inForceNanos;
        return IntStream.range(0, effects.size())
                .filter(number -> effects.get(number).equals(effect))
                .mapToLong(each::get)
                .max()
                .orElseGet(this::inForceNanos);
    }

    /**
     * When it began to be put into force for the first time: what was seen earlier was not seen under it. As
     * {@link System#nanoTime()}.
     */
    public long beganNanos() {
        return beganNanos;
    }

    /**
     * Waits until it is in force, or healed before: at once, unless its fault begins {@link Fault#after} some time.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void awaitInForce() throws InterruptedException {
        begun.await();
    }

    /** Waits for a time, as {@link System#nanoTime()}, or until this is healed; returns whether it is. */
    boolean isHealedBy(long nanos) {
        try {
            return over.await(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true; // nobody has this thread; an interrupt asks it to end
        }
    }

    /** Does what the schedule says, unless it is healed since. */
    synchronized void perform(Schedule.Step step) {
        if (healed.isPresent()) {
            return;
        }
        switch (step.action()) {
            case RESTORE -> restore();
            case LIFT -> lift();
            case RETUNE -> retune(step.to().orElseThrow());
            case HEAL -> heal();
        }
    }

    /** What was seen from now on was not seen under what was asked for. */
    void brokeSchedule(Schedule.Step step, Throwable failure) {
        String problem =
                "its schedule could not be kept (" + step.action().name().toLowerCase(Locale.ROOT) + " at "
                        + step.at().toMillis() + " ms): " + failure.getMessage();
        brokenSchedule = Optional.of(problem);
        record.add(Kind.FAILED, fault, fault + ": " + problem);
    }

    /** Which connections of a client it can reach. */
    public Reach reach() {
        return new Reach(effects, topology);
    }

    /** How a client could still get around the fault, in words; empty if no way is known. */
    public List<String> bypasses() {
        return bypasses;
    }

    /** What no client can be seen to do under this fault, in words that say what to use; empty if nothing is known. */
    public List<String> limitations() {
        return limitations;
    }

    /** When the last of it was healed, as {@link System#nanoTime()}; 0 while it is open. */
    public synchronized long healedNanos() {
        return healedNanos;
    }

    /** Where it was opened, for errors about it. */
    Throwable opened() {
        return opened;
    }

    Thread openedIn() {
        return openedIn;
    }

    List<Effect> effects() {
        return effects;
    }

    /** The tags of what no agent holds any more. */
    Set<String> orphans() {
        return open.orphans();
    }

    /** Whether it has been healed by us. */
    public synchronized boolean isHealed() {
        return healed.isPresent();
    }

    /**
     * What it has stopped so far, or in all if it is healed. Closing judges all the same.
     *
     * @throws AgentException if the agent cannot be asked
     */
    public synchronized Evidence evidence() {
        return healed.orElseGet(() -> completed(open.read()));
    }

    /**
     * Lets it be closed though it met nothing, or did not last for as long as was asked: for a fault that is there to see that
     * nothing meets it, or whose {@link #evidence()} the test judges itself. No expectation is HELD by it.
     */
    public synchronized Injection allowNoEffect() {
        judged = true;
        return this;
    }

    /** For an engine that has reached a verdict under this fault and throws it: closing would only say the same again. */
    public synchronized void judged() {
        judged = true;
    }

    /**
     * Ends the harm for now, so that {@link #restore} brings it back within a millisecond; what was prepared stays, and the
     * evidence goes on counting. Does nothing if it is lifted already.
     *
     * @throws io.faultline.fault.ImpossibleFaultException if this fault cannot be lifted on this kernel
     * @throws IllegalStateException if it is healed
     */
    public synchronized void lift() {
        requireOpen("lift");
        if (!lifted) {
            long nanos = open.lift();
            lifted = true;
            record.add(Kind.LIFTED, nanos, fault, fault + " is lifted");
        }
    }

    /**
     * Brings the harm back that was lifted. Does nothing if it is in force.
     *
     * @throws IllegalStateException if it is healed
     */
    public synchronized void restore() {
        requireOpen("restore");
        if (lifted) {
            long began = System.nanoTime();
            long nanos = open.restore();
            lifted = false;
            if (!everInForce) {
                beganNanos = began;
                inForceNanos = Collections.nCopies(effects.size(), nanos);
            }
            everInForce = true;
            record.add(Kind.IN_FORCE, nanos, tuned, tuned + " is in force");
            begun.countDown(); // last: a thread that waits for it finds it in the journal
        }
    }

    /**
     * Gives it the strength of another fault of the same kind on the same targets, without a gap.
     *
     * @throws IllegalArgumentException if the two differ in more than their strength
     * @throws IllegalStateException if it is healed
     */
    public synchronized void retune(Fault to) {
        requireOpen("retune");
        List<Effect> wanted = to.plan(topology).effects();
        if (wanted.size() != effects.size()) {
            throw new IllegalArgumentException(
                    "Cannot turn " + fault + " into " + to + " while it is open: they are made of different effects.");
        }
        long nanos = open.retune(wanted);
        tuned = to;
        if (lifted) {
            record.add(Kind.NOTE, nanos, to, to + " is what will be restored");
        } else {
            record.add(Kind.IN_FORCE, nanos, to, to + " is in force");
        }
    }

    /** Writes down what it has stopped by now, on the way to a verdict or at its end. */
    public void record(Evidence evidence) {
        record.add(
                Kind.EVIDENCE,
                System.nanoTime(),
                fault,
                evidence.toString(),
                Map.of("total", Long.toString(evidence.total())));
    }

    private Evidence completed(Evidence found) {
        return new Evidence(
                found.counts(), brokenSchedule.or(() -> found.invalidated().filter(why -> !isWanted(why))));
    }

    private boolean isWanted(String invalidated) {
        return invalidated.equals(Evidence.TARGET_DIED) && (isFatal() || isStopping());
    }

    private boolean isFatal() {
        return effects.stream().anyMatch(Effect::endsItsTarget);
    }

    private boolean isStopping() {
        return fault.targets().stream()
                .anyMatch(target ->
                        registry.isStopping(topology.onAnyNetwork(target).containerId()));
    }

    private void requireOpen(String what) {
        if (healed.isPresent()) {
            throw new IllegalStateException("Cannot " + what + " " + fault + ": it is healed. Inject it again.");
        }
    }

    /**
     * Takes it back, newest effect first. Healing twice is healing once. Not interruptible.
     *
     * @return all that it did
     * @throws HealFailedException if a part could not be taken back; the others have been
     */
    public synchronized Evidence heal() {
        if (!healFailures.isEmpty()) {
            throw healFailure(); // each time: a caller that swallowed it once must not end green
        }
        if (healed.isPresent()) {
            return healed.get();
        }
        record.add(Kind.HEAL, fault, "heal " + fault);
        CompositeActiveEffects.Healed end = open.heal();
        registry.forget(this); // not before: until now the agent may have told that it took a part back by itself
        Evidence evidence = completed(end.evidence());
        healed = Optional.of(evidence);
        over.countDown();
        begun.countDown();
        healedNanos = end.atNanos();
        failOn(end.failures());
        record.add(Kind.HEALED, healedNanos, fault, fault + " is gone");
        record(evidence);
        end.notes().forEach(note -> record.add(Kind.NOTE, fault, note));
        return evidence;
    }

    /**
     * Ends the connections that were closed under it and are not over yet: the test that it belonged to is, so nobody looks at
     * them any more. They would go on sending for minutes, and hide the next container with the same address.
     */
    synchronized void settle() {
        try {
            int ended = open.settle();
            if (ended > 0) {
                record.add(
                        Kind.NOTE,
                        fault,
                        "ended " + ActiveAgentEffects.connections(ended) + " closed under " + fault
                                + " and not over yet");
            }
        } catch (AgentException e) { // nothing harms any more, and the agent tries again on its way out
            record.add(
                    Kind.NOTE,
                    fault,
                    "connections that were closed under " + fault + " may be left: " + e.getMessage());
        }
    }

    private void failOn(List<RuntimeException> failures) {
        if (failures.isEmpty()) {
            return;
        }
        healFailures = failures;
        HealFailedException failure = healFailure();
        record.add(Kind.FAILED, fault, String.valueOf(failure.getMessage()));
        throw failure;
    }

    /** A new one each time: try-with-resources cannot add one that is thrown twice to itself. */
    private HealFailedException healFailure() {
        return HealFailedException.of(fault, healFailures, opened);
    }

    /**
     * Heals, and judges unless it {@linkplain #allowNoEffect() may have no effect}.
     *
     * @throws HealFailedException if a part could not be taken back
     * @throws NoEffectError if it never met a packet, or ended early
     */
    @Override
    public synchronized void close() {
        Evidence evidence = heal();
        if (!judged) {
            judged = true;
            Duration inForce = Duration.ofNanos(healedNanos - inForceNanos());
            NoEffectCheck check = new NoEffectCheck(
                    fault, evidence, inForce, bypasses, effects.get(0).adviceIfUnmet());
            Optional<NoEffectError> error = check.error(everInForce, opened);
            if (error.isPresent()) {
                throw record.journal().errors().raise(error.get());
            }
        }
    }

    /**
     * The agent took a part back by itself. Not synchronized: this is the thread that answers come by, and a heal that
     * holds the lock waits for one.
     */
    void ended(Ended event) {
        if (open.ended(event)) {
            Optional<String> problem = event.state().problem();
            record.add(
                    Kind.ENDED_EARLY,
                    problem.isPresent() ? System.nanoTime() : event.state().atNanos(),
                    fault,
                    fault + ": " + event.why()
                            + problem.map(text -> "; " + text).orElse(""),
                    Map.of("why", event.why()));
        }
    }
}
