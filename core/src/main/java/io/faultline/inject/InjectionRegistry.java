package io.faultline.inject;

import io.faultline.agent.Ended;
import io.faultline.effect.Effect;
import io.faultline.effect.PausedContainer;
import io.faultline.fault.Fault;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What one run has open, across all tests that share its agent. Thread-safe. */
@API(status = Status.INTERNAL)
public final class InjectionRegistry {

    private final String run;
    private final AgentSource source;
    private final AtomicInteger lastEffect = new AtomicInteger();
    private final EffectExecutor agentExecutor = new AgentExecutor(this);
    private final List<Injection> open = new CopyOnWriteArrayList<>();
    private final Set<String> stopping = ConcurrentHashMap.newKeySet();

    /** @param run eight hexadecimal digits that no other run has */
    public InjectionRegistry(String run, AgentSource source) {
        this.run = run;
        this.source = source;
    }

    AgentSource source() {
        return source;
    }

    String nextTag() {
        return "FAULTLINE-" + run + "-" + lastEffect.incrementAndGet();
    }

    /** From now on the end of this container is no accident, and spoils no evidence. */
    void parts(String containerId) {
        stopping.add(containerId);
    }

    /** Whether somebody has told this container to stop. */
    public boolean isStopping(String containerId) {
        return stopping.contains(containerId);
    }

    /** The fault under which the engine may answer nothing about this container, if one is open. */
    public Optional<Fault> silencing(String containerId) {
        return open.stream()
                .filter(injection -> injection.effects().stream().anyMatch(each -> each.silencesEngine(containerId)))
                .map(Injection::fault)
                .findFirst();
    }

    /** The fault that keeps this container in the engine's freezer, if one is open. */
    public Optional<Fault> pausing(String containerId) {
        return open.stream()
                .filter(injection -> injection.effects().stream()
                        .anyMatch(each -> each instanceof PausedContainer paused
                                && paused.containerId().equals(containerId)))
                .map(Injection::fault)
                .findFirst();
    }

    void remember(Injection injection) {
        open.add(injection);
    }

    void forget(Injection injection) {
        open.remove(injection);
    }

    /** The executor of an effect: the agent's, or another that the source has. */
    EffectExecutor executor(Effect effect) {
        return Stream.concat(Stream.of(agentExecutor), source.executors().stream())
                .filter(each -> each.handles(effect))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Nobody here can carry out \"" + effect.summary()
                        + "\". An effect of one's own is an AgentEffect, or comes with an EffectExecutor."));
    }

    /** Called by the source for each change that its agent took back without being asked. */
    public void ended(Ended event) {
        open.forEach(injection -> injection.ended(event));
    }

    /** @throws ClashException if an open injection harms the same place as one of these effects would */
    void refuseClash(Fault fault, List<Effect> planned) {
        clash(planned).ifPresent(clash -> {
            throw new ClashException(
                    "Cannot inject " + fault + ": " + clash.with().fault() + " is open and harms the same place ("
                            + clash.effect().summary()
                            + "). Heal that one first, inject both as one, or keep parallel "
                            + "tests apart with a container each.",
                    clash.with().opened());
        });
    }

    /** An open injection, and the effect of it that harms the same place as what is planned. */
    record Clash(Injection with, Effect effect) {}

    Optional<Clash> clash(List<Effect> planned) {
        return open.stream()
                .flatMap(injection -> injection.effects().stream()
                        .filter(existing ->
                                planned.stream().anyMatch(each -> existing.overlaps(each) || each.overlaps(existing)))
                        .map(existing -> new Clash(injection, existing)))
                .findFirst();
    }

    /** Removes with a fresh agent what is open and whose own agent has died. */
    public void sweepOrphans() {
        sweep(orphans());
    }

    /** Whether anything is open whose agent has died. */
    public boolean hasOrphans() {
        return !orphans().isEmpty();
    }

    private Set<String> orphans() {
        return open.stream().flatMap(injection -> injection.orphans().stream()).collect(Collectors.toSet());
    }

    /**
     * Removes effects by their tags with a fresh agent. An interrupted thread could not even ask Docker for one, so its
     * interruption is put off until this is done.
     */
    void sweep(Set<String> tags) {
        boolean interrupted = Thread.interrupted();
        try {
            source.agent().sweepEffects(tags);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
