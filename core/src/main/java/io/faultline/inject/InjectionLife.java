package io.faultline.inject;

import io.faultline.agent.AgentException;
import io.faultline.agent.Ended;
import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import io.faultline.fault.Schedule;
import io.faultline.journal.Event.Kind;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes an injection from one {@link InjectionState} to the next, each change in the journal. Thread-safe. */
final class InjectionLife {

    private final Fault fault;
    private final CompositeActiveEffects open;
    private final Topology topology;
    private final InjectionTimes times;
    private final EvidenceReview review;
    private final InjectionRecord record;
    private final Throwable opened;
    private final Runnable forget;
    private InjectionState state; // this and what follows: guarded by this
    private Fault tuned;
    private Optional<Evidence> evidenceAtEnd = Optional.empty();
    private List<RuntimeException> healFailures = List.of();

    /**
     * @param opened where it was, for errors about it
     * @param forget takes it off the list of what is open
     */
    InjectionLife(
            Injection.Carried carried,
            EvidenceReview review,
            InjectionRecord record,
            Throwable opened,
            Runnable forget) {
        this.fault = carried.fault();
        this.tuned = fault;
        this.open = new CompositeActiveEffects(carried.open());
        this.topology = carried.topology();
        this.times = new InjectionTimes(carried.beganNanos(), open.inForceNanos());
        this.review = review;
        this.record = record;
        this.opened = opened;
        this.forget = forget;
        this.state = InjectionState.opened(carried.options());
        if (state == InjectionState.IN_FORCE) {
            times.begin();
        }
    }

    InjectionTimes times() {
        return times;
    }

    synchronized InjectionState state() {
        return state;
    }

    synchronized long healedNanos() {
        return times.healedNanos();
    }

    synchronized Evidence evidence() {
        return evidenceAtEnd.orElseGet(() -> review.of(open.read()));
    }

    /** The tags of what no agent holds any more. */
    Set<String> orphans() {
        return open.orphans();
    }

    synchronized void perform(Schedule.Step step) {
        if (!state.isOpen()) {
            return;
        }
        switch (step.action()) {
            case RESTORE -> restore();
            case LIFT -> lift();
            case RETUNE -> retune(step.to().orElseThrow());
            case HEAL -> heal();
        }
    }

    synchronized void lift() {
        requireOpen("lift");
        if (!state.isLifted()) {
            long nanos = open.lift();
            state = InjectionState.LIFTED;
            record.add(Kind.LIFTED, nanos, fault, fault + " is lifted");
        }
    }

    synchronized void restore() {
        requireOpen("restore");
        if (state.isLifted()) {
            long began = System.nanoTime();
            long nanos = open.restore();
            if (state == InjectionState.PREPARED) {
                times.inForceLater(began, nanos);
            }
            state = InjectionState.IN_FORCE;
            record.add(Kind.IN_FORCE, nanos, tuned, tuned + " is in force");
            times.begin(); // last: a thread that waits for it finds it in the journal
        }
    }

    synchronized void retune(Fault to) {
        requireOpen("retune");
        List<Effect> wanted = to.plan(topology).effects();
        if (wanted.size() != open.size()) {
            throw new IllegalArgumentException(
                    "Cannot turn " + fault + " into " + to + " while it is open: they are made of different effects.");
        }
        long nanos = open.retune(wanted);
        tuned = to;
        if (state.isLifted()) {
            record.add(Kind.NOTE, nanos, to, to + " is what will be restored");
        } else {
            record.add(Kind.IN_FORCE, nanos, to, to + " is in force");
        }
    }

    private void requireOpen(String what) {
        if (!state.isOpen()) {
            throw new IllegalStateException("Cannot " + what + " " + fault + ": it is healed. Inject it again.");
        }
    }

    synchronized Evidence heal() {
        if (state == InjectionState.HEAL_FAILED) {
            throw healFailure(); // each time: a caller that swallowed it once must not end green
        }
        if (!state.isOpen()) {
            return evidenceAtEnd.orElseThrow();
        }
        record.add(Kind.HEAL, fault, "heal " + fault);
        CompositeActiveEffects.Healed end = open.heal();
        forget.run(); // not before: until now the agent may have told that it took a part back by itself
        Evidence evidence = review.of(end.evidence());
        evidenceAtEnd = Optional.of(evidence);
        healFailures = end.failures();
        state = healFailures.isEmpty() ? state.healed() : InjectionState.HEAL_FAILED;
        times.heal(end.atNanos());
        if (state == InjectionState.HEAL_FAILED) {
            HealFailedException failure = healFailure();
            record.add(Kind.FAILED, fault, String.valueOf(failure.getMessage()));
            throw failure;
        }
        record.add(Kind.HEALED, end.atNanos(), fault, fault + " is gone");
        record.evidence(fault, evidence);
        end.notes().forEach(note -> record.add(Kind.NOTE, fault, note));
        return evidence;
    }

    /** A new one each time: try-with-resources cannot add one that is thrown twice to itself. */
    private HealFailedException healFailure() {
        return HealFailedException.of(fault, healFailures, opened);
    }

    synchronized void settle() {
        try {
            record.settled(fault, open.settle());
        } catch (AgentException e) { // nothing harms any more, and the agent tries again on its way out
            record.notSettled(fault, e);
        }
    }

    /** Not synchronized: this is the thread that answers come by, and a heal that holds the lock waits for one. */
    void ended(Ended event) {
        if (open.ended(event)) {
            record.endedEarly(fault, event);
        }
    }
}
