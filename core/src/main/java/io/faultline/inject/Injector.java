package io.faultline.inject;

import io.faultline.agent.OutdatedException;
import io.faultline.agent.Seen;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.fault.Schedule;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Runs plans for one test or scenario, and heals at its end what it left open. Thread-safe. */
@API(status = Status.INTERNAL)
public final class Injector implements AutoCloseable {

    /** How long a fault may stay open before the agent ends it by itself, unless it is ordered to last longer. */
    public static final Duration MAXIMUM = Duration.ofMinutes(5);

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final InjectionRegistry registry;
    private final Journal journal;
    private final List<Injection> mine = new ArrayList<>();
    private int injections;
    private boolean closed;

    public Injector(InjectionRegistry registry, Journal journal) {
        this.registry = registry;
        this.journal = journal;
    }

    /**
     * Looks, plans, and makes the change: all of it or nothing. What is known of the targets from before is not looked at first:
     * the agent does, before it makes the change.
     *
     * @throws RuntimeException if a target cannot be used, the topology cannot carry the fault, it clashes with an open
     *     one, or the agent refuses; nothing stays changed
     */
    public synchronized Injection inject(Fault fault) {
        if (closed) {
            throw new IllegalStateException(
                    "Cannot inject " + fault + ": the test or scenario that it belongs to has ended, and was healed.");
        }
        Optional<Planned> asBefore = plannedAsBefore(fault);
        if (asBefore.isPresent()) {
            try {
                return open(asBefore.get());
            } catch (OutdatedException e) {
                injections--; // it is still the same one
                journal.record(Kind.NOTE, "looked at the targets again: " + e.getMessage(), Map.of());
            }
        }
        Topology topology = registry.source().topology(fault.targets());
        return open(new Planned(fault, topology, fault.plan(topology), List.of()));
    }

    /** @param unchanged what the topology was read from, unless that was just now */
    private record Planned(Fault fault, Topology topology, Plan plan, List<Seen> unchanged) {}

    /**
     * By what is known of the targets from before. Empty unless the agent makes all of it, in one request; and if it cannot be
     * planned, as this may no longer be so.
     */
    private Optional<Planned> plannedAsBefore(Fault fault) {
        return registry.source().remembered(fault.targets()).flatMap(known -> {
            try {
                Plan plan = fault.plan(known.topology());
                return plan.effects().stream().allMatch(AgentEffect.class::isInstance)
                                && registry.clash(plan.effects()).isEmpty()
                        ? Optional.of(new Planned(fault, known.topology(), plan, known.seen()))
                        : Optional.empty();
            } catch (RuntimeException e) {
                return Optional.empty();
            }
        });
    }

    private Injection open(Planned planned) {
        Fault fault = planned.fault();
        Plan plan = planned.plan();
        synchronized (registry) { // so that two tests cannot both find no clash
            registry.refuseClash(fault, plan.effects());
            InjectionRecord record = new InjectionRecord(journal, ++injections);
            record.add(Kind.INJECT, fault, "inject " + fault);
            noteFilter(planned.topology());
            plan.effects().forEach(effect -> journal.record(Kind.NOTE, effect.summary(), Map.of()));
            OpenOptions options = options(fault.schedule(), planned.unchanged());
            Injection injection = new Injection(apply(planned, options), record, registry);
            registry.remember(injection);
            mine.add(injection);
            if (!options.lifted()) {
                record.add(Kind.IN_FORCE, injection.inForceNanos(), fault, fault + " is in force");
            }
            ScheduleRunner.keep(injection, fault.schedule().steps(options.maximum()));
            plan.bypasses().forEach(way -> journal.record(Kind.NOTE, "not cut: " + way, Map.of()));
            plan.limitations().forEach(limit -> journal.record(Kind.NOTE, "cannot be tested: " + limit, Map.of()));
            return injection;
        }
    }

    /** Once: which of the kernel's packet filters is used, for anyone who wonders about its rules. */
    private void noteFilter(Topology topology) {
        if (injections == 1) {
            topology.kernel()
                    .packetFilter()
                    .ifPresent(filter -> journal.record(
                            Kind.NOTE,
                            "packet filter: " + filter.flavour().wireName() + " on kernel "
                                    + topology.kernel().release(),
                            Map.of()));
        }
    }

    /**
     * Finds a container, so that it can be told to stop at once, and is watched from then on. Its end is no accident then, and
     * spoils no evidence.
     */
    public ShutdownWatch.Found part(Target target) {
        ResolvedTarget resolved = registry.source().topology(List.of(target)).onAnyNetwork(target);
        List<String> losses = registry.source().lostWith(resolved);
        if (!losses.isEmpty()) {
            journal.record(
                    Kind.NOTE,
                    "with " + target + " other containers lose what they share with it, and nobody gives it back: "
                            + String.join(", ", losses),
                    Map.of());
        }
        return new ShutdownWatch.Found() {
            @Override
            public String stopSignal() {
                return resolved.stopSignal();
            }

            @Override
            public ShutdownWatch tell(String signal, Optional<Duration> again) {
                return part(target, resolved, signal, again);
            }
        };
    }

    private ShutdownWatch part(Target target, ResolvedTarget resolved, String signal, Optional<Duration> again) {
        journal.record(Kind.INJECT, "send SIG" + signal + " to " + target, Map.of("target", target.toString()));
        registry.parts(resolved.containerId());
        ShutdownWatch shutdown = new ShutdownWatch(registry.source().agent(), resolved, signal, again);
        journal.record(
                Kind.SIGNAL,
                shutdown.signalledNanos(),
                "SIG" + signal + " is sent to " + target,
                Map.of("target", target.toString()));
        return shutdown;
    }

    /** The agent's own limit comes a little after the end that is ordered. */
    private static OpenOptions options(Schedule schedule, List<Seen> unchanged) {
        return new OpenOptions(
                schedule.end()
                        .map(end -> end.plus(GRACE))
                        .orElse(schedule.after().plus(MAXIMUM)),
                schedule.startsLater(),
                unchanged);
    }

    private Injection.Carried apply(Planned planned, OpenOptions options) {
        List<ActiveEffects> done = new ArrayList<>();
        long began = System.nanoTime();
        try {
            for (Batch batch : batches(planned.plan().effects())) {
                done.add(batch.executor().open(batch.effects(), options));
            }
        } catch (RuntimeException | Error e) {
            undo(done, e);
            throw e;
        }
        return new Injection.Carried(planned.fault(), planned.plan(), planned.topology(), done, options, began);
    }

    /** Effects that follow one another and have the same executor, which makes them at once if it can. */
    private record Batch(EffectExecutor executor, List<Effect> effects) {}

    private List<Batch> batches(List<Effect> effects) {
        List<Batch> batches = new ArrayList<>();
        for (Effect effect : effects) {
            EffectExecutor executor = registry.executor(effect);
            if (batches.isEmpty()
                    || !executor.takesSeveral()
                    || !batches.get(batches.size() - 1).executor().equals(executor)) {
                batches.add(new Batch(executor, new ArrayList<>()));
            }
            batches.get(batches.size() - 1).effects().add(effect);
        }
        return batches;
    }

    private static void undo(List<ActiveEffects> done, Throwable because) {
        for (int i = done.size() - 1; i >= 0; i--) {
            try {
                done.get(i).heal();
            } catch (RuntimeException e) {
                because.addSuppressed(e);
            }
        }
    }

    /** A problem for each injection that is open and was opened in such a thread, with the line that opened it. */
    public synchronized List<IllegalStateException> leftOpenBy(Predicate<Thread> thread) {
        return mine.stream()
                .filter(injection -> !injection.isHealed() && thread.test(injection.openedIn()))
                .map(injection -> new IllegalStateException(
                        injection.fault() + " was opened in thread \""
                                + injection.openedIn().getName()
                                + "\", which is not the test's, and was still open when the test ended: nobody knows what was seen "
                                + "under it. It is healed now. Close it in that thread, before the test ends.",
                        injection.opened()))
                .toList();
    }

    /**
     * Heals all that is open, newest first, and judges what nobody has judged. Closing twice is closing once.
     *
     * @throws HealFailedException if something could not be taken back
     * @throws NoEffectError if something had no effect, and may not
     */
    @Override
    public void close() {
        List<Injection> open;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(mine);
            mine.clear();
        }
        try {
            NewestFirst.close(open);
        } finally {
            open.forEach(Injection::settle);
        }
    }
}
