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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * One open harm. Heals itself when it is closed, when its test ends, and, should this JVM die, by the agent. Thread-safe.
 *
 * <p>{@link #close()} also judges: an injection that had no effect fails the test, because whatever was seen meanwhile was
 * not seen under the fault. Only {@link #allowNoEffect()} switches that off; reading {@link #evidence()} does not.
 */
public final class Injection implements AutoCloseable {

    private final Fault fault;
    private final Plan plan;
    private final Topology topology;
    private final EvidenceReview review;
    private final InjectionRecord record;
    private final InjectionLife life;
    private final Throwable opened;
    private final Thread openedIn = Thread.currentThread();
    private boolean judged;

    /**
     * A plan that was carried out.
     *
     * @param beganNanos when it was begun with
     */
    record Carried(
            Fault fault,
            Plan plan,
            Topology topology,
            List<ActiveEffects> open,
            OpenOptions options,
            long beganNanos) {}

    Injection(Carried carried, InjectionRecord record, InjectionRegistry registry) {
        this.fault = carried.fault();
        this.plan = carried.plan();
        this.topology = carried.topology();
        this.review = new EvidenceReview(fault, plan.effects(), topology, registry);
        this.record = record;
        this.opened = new Throwable(fault + " was opened here");
        this.life = new InjectionLife(carried, review, record, opened, () -> registry.forget(this));
    }

    public Fault fault() {
        return fault;
    }

    /** When all of it was in force for the first time, or was prepared if it is not yet; as {@link System#nanoTime()}. */
    @API(status = Status.INTERNAL)
    public long inForceNanos() {
        return life.times().inForceNanos();
    }

    /** The same of one of its effects, of which others may take longer. */
    @API(status = Status.INTERNAL)
    public long inForceNanos(Effect effect) {
        List<Long> each = life.times().eachInForceNanos();
        return IntStream.range(0, effects().size())
                .filter(number -> effects().get(number).equals(effect))
                .mapToLong(each::get)
                .max()
                .orElseGet(this::inForceNanos);
    }

    /**
     * When it began to be put into force for the first time: what was seen earlier was not seen under it. As
     * {@link System#nanoTime()}.
     */
    @API(status = Status.INTERNAL)
    public long beganNanos() {
        return life.times().beganNanos();
    }

    /**
     * Waits until it is in force, or healed before: at once, unless its fault begins {@link Fault#after} some time.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void awaitInForce() throws InterruptedException {
        life.times().awaitInForce();
    }

    /** Waits for a time, as {@link System#nanoTime()}, or until this is healed; returns whether it is. */
    boolean isHealedBy(long nanos) {
        return life.times().isHealedBy(nanos);
    }

    /** Does what the schedule says, unless it is healed since. */
    void perform(Schedule.Step step) {
        life.perform(step);
    }

    /** What was seen from now on was not seen under what was asked for. */
    void brokeSchedule(Schedule.Step step, Throwable failure) {
        String problem =
                "its schedule could not be kept (" + step.action().name().toLowerCase(Locale.ROOT) + " at "
                        + step.at().toMillis() + " ms): " + failure.getMessage();
        review.brokeSchedule(problem);
        record.add(Kind.FAILED, fault, fault + ": " + problem);
    }

    /** Which connections of a client it can reach. */
    @API(status = Status.INTERNAL)
    public Reach reach() {
        return new Reach(plan.effects(), topology);
    }

    /** How a client could still get around the fault, in words; empty if no way is known. */
    public List<String> bypasses() {
        return plan.bypasses();
    }

    /** What no client can be seen to do under this fault, in words that say what to use; empty if nothing is known. */
    public List<String> limitations() {
        return plan.limitations();
    }

    /** When the last of it was healed, as {@link System#nanoTime()}; 0 while it is open. */
    @API(status = Status.INTERNAL)
    public long healedNanos() {
        return life.healedNanos();
    }

    /** Where it was opened, for errors about it. */
    Throwable opened() {
        return opened;
    }

    Thread openedIn() {
        return openedIn;
    }

    List<Effect> effects() {
        return plan.effects();
    }

    /** The tags of what no agent holds any more. */
    Set<String> orphans() {
        return life.orphans();
    }

    /** Whether it has been healed by us. */
    public boolean isHealed() {
        return !life.state().isOpen();
    }

    /**
     * What it has stopped so far, or in all if it is healed. Closing judges all the same.
     *
     * @throws AgentException if the agent cannot be asked
     */
    public Evidence evidence() {
        return life.evidence();
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
     * @throws IllegalStateException if it is healed
     */
    public void lift() {
        life.lift();
    }

    /**
     * Brings the harm back that was lifted. Does nothing if it is in force.
     *
     * @throws IllegalStateException if it is healed
     */
    public void restore() {
        life.restore();
    }

    /**
     * Gives it the strength of another fault of the same kind on the same targets, without a gap.
     *
     * @throws IllegalArgumentException if the two differ in more than their strength
     * @throws IllegalStateException if it is healed
     */
    public void retune(Fault to) {
        life.retune(to);
    }

    /** Writes down what it has stopped by now, on the way to a verdict or at its end. */
    public void record(Evidence evidence) {
        record.evidence(fault, evidence);
    }

    /**
     * Takes it back, newest effect first. Healing twice is healing once. Not interruptible.
     *
     * @return all that it did
     * @throws HealFailedException if a part could not be taken back; the others have been
     */
    public Evidence heal() {
        return life.heal();
    }

    /**
     * Ends the connections that were closed under it and are not over yet: the test that it belonged to is, so nobody looks at
     * them any more. They would go on sending for minutes, and hide the next container with the same address.
     */
    void settle() {
        life.settle();
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
            Duration inForce = Duration.ofNanos(healedNanos() - inForceNanos());
            NoEffectCheck check = new NoEffectCheck(
                    fault, evidence, inForce, bypasses(), effects().get(0).adviceIfUnmet());
            Optional<NoEffectError> error = check.error(life.state() != InjectionState.WITHDRAWN, opened);
            if (error.isPresent()) {
                throw record.journal().errors().raise(error.get());
            }
        }
    }

    /** The agent took a part back by itself. */
    void ended(Ended event) {
        life.ended(event);
    }
}
