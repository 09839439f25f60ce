package io.faultline.inject;

import io.faultline.agent.Ended;
import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What one run has open, across all tests that share its agent. Thread-safe. */
public final class Ledger {

    private final String run;
    private final AgentSource source;
    private final AtomicInteger lastEffect = new AtomicInteger();
    private final List<Injection> open = new CopyOnWriteArrayList<>();

    /** @param run eight hexadecimal digits that no other run has */
    public Ledger(String run, AgentSource source) {
        this.run = run;
        this.source = source;
    }

    AgentSource source() {
        return source;
    }

    String nextTag() {
        return "FAULTLINE-" + run + "-" + lastEffect.incrementAndGet();
    }

    /** Whether any injection is open. */
    public boolean hasOpen() {
        return !open.isEmpty();
    }

    void remember(Injection injection) {
        open.add(injection);
    }

    void forget(Injection injection) {
        open.remove(injection);
    }

    /** Called by the source for each change that its agent took back without being asked. */
    public void ended(Ended event) {
        open.forEach(injection -> injection.ended(event));
    }

    /** @throws ClashException if an open injection hits the same packets as one of these effects would */
    void refuseClash(Fault fault, List<Effect> planned) {
        for (Injection injection : open) {
            Optional<Effect> clash = injection.effects().stream()
                    .map(OpenEffect::effect)
                    .filter(existing -> planned.stream().anyMatch(existing::overlaps))
                    .findFirst();
            if (clash.isPresent()) {
                throw new ClashException(
                        "Cannot inject " + fault + ": " + injection.fault() + " is open and hits the same packets ("
                                + clash.get().summary() + "). Heal that one first, or keep parallel tests apart "
                                + "with a container each.",
                        injection.opened());
            }
        }
    }

    /**
     * Removes everything of this run with a fresh agent, after the one that held it open has died. An interrupted thread
     * could not even ask Docker for one, so its interruption is put off until this is done.
     */
    public void sweepOwnRun() {
        boolean interrupted = Thread.interrupted();
        try {
            source.agent().sweep(Set.of(run));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
