package io.faultline.inject;

import io.faultline.agent.AgentException;
import io.faultline.agent.Ended;
import io.faultline.effect.PacketCount;
import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.TcpSocket;
import io.faultline.terrain.Leg;
import io.faultline.terrain.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One open harm. Heals itself when it is closed, when its test ends, and, should this JVM die, by the agent. Thread-safe.
 *
 * <p>{@link #close()} also judges: an injection that never bit fails the test, because whatever was seen meanwhile was
 * not seen under the fault. Whoever has asked for {@link #evidence()} has judged for himself.
 */
public final class Injection implements AutoCloseable {

    private final Fault fault;
    private final List<OpenEffect> effects;
    private final List<String> uncut;
    private final List<Site> sites;
    private final long inForceNanos;
    private final Journal journal;
    private final Ledger ledger;
    private final Throwable opened;
    private boolean evidenceAsked;
    private Optional<Evidence> healed = Optional.empty();
    private Optional<HealFailedException> healFailure = Optional.empty();
    private long healedNanos;

    /** A plan that an agent has carried out, effect by effect. */
    record Carried(Plan plan, List<Site> sites, List<OpenEffect> effects, long inForceNanos) {}

    Injection(Fault fault, Carried carried, Journal journal, Ledger ledger) {
        this.fault = fault;
        this.effects = List.copyOf(carried.effects());
        this.uncut = carried.plan().uncut();
        this.sites = carried.sites();
        this.inForceNanos = carried.inForceNanos();
        this.journal = journal;
        this.ledger = ledger;
        this.opened = new Throwable(fault + " was opened here");
    }

    public Fault fault() {
        return fault;
    }

    /** When all of it was in force, as {@link System#nanoTime()}. */
    public long inForceNanos() {
        return inForceNanos;
    }

    /** Whether a client's connection leads to one of this fault's targets, over whatever leg. */
    public boolean leadsToTarget(TcpSocket connection) {
        return sites.stream()
                .anyMatch(site -> site.firstLeg(connection.peerAddress(), connection.peerPort())
                        .isPresent());
    }

    /** The legs that packets on these connections meet first. */
    public Set<Leg.Kind> legs(List<TcpSocket> connections) {
        return connections.stream()
                .flatMap(connection -> sites.stream()
                        .flatMap(site -> site.firstLeg(connection.peerAddress(), connection.peerPort()).stream()))
                .collect(Collectors.toSet());
    }

    /** Whether a client's packets on this connection meet the fault. */
    public boolean carries(TcpSocket connection) {
        return sites.stream()
                .flatMap(site -> site.firstLeg(connection.peerAddress(), connection.peerPort()).stream())
                .anyMatch(leg -> effects.stream()
                        .map(OpenEffect::effect)
                        .anyMatch(effect -> effect.leg() == leg && effect.hitsEveryone()));
    }

    /** How a client could still get around the fault, in words; empty if no way is known. */
    public List<String> uncut() {
        return uncut;
    }

    /** When the last of it was healed, as {@link System#nanoTime()}; 0 while it is open. */
    public synchronized long healedNanos() {
        return healedNanos;
    }

    /** Where it was opened, for errors about it. */
    Throwable opened() {
        return opened;
    }

    List<OpenEffect> effects() {
        return effects;
    }

    /** Whether it has been healed by us. */
    public synchronized boolean isHealed() {
        return healed.isPresent();
    }

    /**
     * What it has stopped so far, or in all if it is healed.
     *
     * @throws AgentException if the agent cannot be asked
     */
    public synchronized Evidence evidence() {
        evidenceAsked = true;
        return evidenceSoFar();
    }

    /**
     * The same for a verdict that goes on to be made: closing still judges.
     *
     * @throws AgentException if the agent cannot be asked
     */
    public synchronized Evidence evidenceSoFar() {
        return healed.orElseGet(() -> sum(effects.stream().map(OpenEffect::read).toList()));
    }

    /**
     * Takes it back, newest effect first. Healing twice is healing once. Not interruptible.
     *
     * @return all that it stopped
     * @throws HealFailedException if a part could not be taken back; the others have been
     */
    public synchronized Evidence heal() {
        if (healFailure.isPresent()) {
            throw healFailure.get(); // each time: a caller that swallowed it once must not end green
        }
        if (healed.isPresent()) {
            return healed.get();
        }
        journal.record(Kind.HEAL, "heal " + fault, Map.of());
        List<Evidence> found = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        long lastNanos = inForceNanos;
        for (int i = effects.size() - 1; i >= 0; i--) {
            try {
                OpenEffect.Healing healing = healOne(effects.get(i));
                found.add(healing.evidence());
                lastNanos = Math.max(lastNanos, healing.atNanos());
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        ledger.forget(this); // not before: until now the agent may have told that it took a part back by itself
        Evidence evidence = sum(found);
        healed = Optional.of(evidence);
        healedNanos = lastNanos;
        failOn(failures);
        journal.record(Kind.HEALED, lastNanos, fault + " is gone", Map.of("fault", fault.toString()));
        journal.record(Kind.EVIDENCE, evidence.toString(), Map.of("packets", Long.toString(evidence.packets())));
        return evidence;
    }

    private OpenEffect.Healing healOne(OpenEffect effect) {
        try {
            if (!effect.isOrphaned()) {
                return effect.heal();
            }
        } catch (AgentException e) {
            if (!effect.isOrphaned()) {
                throw e;
            }
        }
        ledger.sweep(Set.of(effect.tag()));
        return new OpenEffect.Healing(
                System.nanoTime(),
                new Evidence(
                        List.of(), Optional.of("the agent died while it was open, and the fault ended unwatched")));
    }

    private void failOn(List<RuntimeException> failures) {
        if (failures.isEmpty()) {
            return;
        }
        String message = "Could not heal " + fault + ": " + failures.get(0).getMessage()
                + " The agent tries again when this JVM ends, and without renewal the kernel ends it within 15 s; after "
                + "that run 'faultline heal', and look at the namespace for rules of others that use what is left.";
        HealFailedException failure = new HealFailedException(message, failures.get(0));
        failures.stream().skip(1).forEach(failure::addSuppressed);
        failure.addSuppressed(opened);
        journal.record(Kind.FAILED, message, Map.of());
        healFailure = Optional.of(failure);
        throw failure;
    }

    /**
     * Heals, and judges unless evidence was asked for.
     *
     * @throws HealFailedException if a part could not be taken back
     * @throws NoEffectError if it never met a packet, or ended early
     */
    @Override
    public synchronized void close() {
        Evidence evidence = heal();
        if (!evidenceAsked) {
            evidenceAsked = true;
            requireBite(evidence);
        }
    }

    private void requireBite(Evidence evidence) {
        if (evidence.bit()) {
            return;
        }
        if (evidence.spoiled().isPresent()) {
            throw new NoEffectError(
                    fault + " did not hold for as long as was asked: "
                            + evidence.spoiled().get()
                            + ". What was seen meanwhile was not all seen under the fault; read "
                            + "evidence() to judge for yourself.",
                    opened);
        }
        String why = String.format(
                Locale.ROOT, "%s never bit: 0 packets matched in %.1f s.", fault, (healedNanos - inForceNanos) / 1e9);
        String around = uncut.isEmpty()
                ? " Was the client idle, or did it use another route? Let it do work while the fault is open; "
                        + "read evidence() to judge for yourself."
                : " The client could get around it: " + String.join("; ", uncut) + ".";
        throw new NoEffectError(why + around, opened);
    }

    /**
     * The agent took a part back by itself. Not synchronized: this is the thread that answers come by, and a heal that
     * holds the lock waits for one.
     */
    void ended(Ended event) {
        for (OpenEffect effect : effects) {
            if (effect.tag().equals(event.effect())) {
                effect.ended(event);
                journal.record(
                        Kind.ENDED_EARLY,
                        event.problem().isPresent()
                                ? System.nanoTime()
                                : event.healed().atNanos(),
                        fault + ": " + event.why()
                                + event.problem().map(problem -> "; " + problem).orElse(""),
                        Map.of("why", event.why()));
            }
        }
    }

    private static Evidence sum(List<Evidence> parts) {
        List<PacketCount> counts =
                parts.stream().flatMap(part -> part.counts().stream()).toList();
        Optional<String> spoiled =
                parts.stream().flatMap(part -> part.spoiled().stream()).findFirst();
        return new Evidence(counts, spoiled);
    }
}
