package io.faultline.fault;

import io.faultline.effect.Effect;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.Latency;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Several faults as one: injected at once, all or none, and healed at once. Those that shape the traffic of one interface,
 * as {@link Latency} and {@link Bandwidth}, can only be had together in this way. Immutable.
 */
public final class CompositeFault implements Fault {

    private final List<Fault> faults;

    private CompositeFault(List<Fault> faults) {
        this.faults = List.copyOf(faults);
    }

    /**
     * Several faults as one.
     *
     * @throws IllegalArgumentException if there is none, or one has a schedule of its own
     */
    public static CompositeFault of(Fault... faults) {
        return of(List.of(faults));
    }

    /**
     * Several faults as one.
     *
     * @throws IllegalArgumentException if there is none, or one has a schedule of its own
     */
    public static CompositeFault of(List<Fault> faults) {
        if (faults.isEmpty()) {
            throw new IllegalArgumentException("Together.of() without a fault would do nothing. Name at least one.");
        }
        faults.stream()
                .filter(fault -> !fault.schedule().equals(Schedule.NOW))
                .findFirst()
                .ifPresent(fault -> {
                    throw new IllegalArgumentException(fault + " has a schedule of its own, and what goes together "
                            + "begins and ends together. Give the schedule to the whole, as in "
                            + "Together.of(…).after(…), or inject that one by itself.");
                });
        return new CompositeFault(faults);
    }

    @Override
    public List<Target> targets() {
        return faults.stream()
                .flatMap(fault -> fault.targets().stream())
                .distinct()
                .toList();
    }

    @Override
    public Plan plan(Topology topology) {
        List<Planned> planned = new ArrayList<>();
        List<String> bypasses = new ArrayList<>();
        List<String> limitations = new ArrayList<>();
        for (Fault fault : faults) {
            Plan plan = fault.plan(topology);
            plan.effects().forEach(effect -> add(planned, new Planned(effect, fault)));
            bypasses.addAll(plan.bypasses());
            limitations.addAll(plan.limitations());
        }
        return new Plan(
                planned.stream().map(Planned::effect).toList(),
                bypasses.stream().distinct().toList(),
                limitations.stream().distinct().toList());
    }

    /** An effect, and the first fault that asked for it. */
    private record Planned(Effect effect, Fault by) {}

    private void add(List<Planned> planned, Planned next) {
        for (int i = 0; i < planned.size(); i++) {
            Planned before = planned.get(i);
            Optional<Effect> merged = merged(before, next);
            if (merged.isPresent()) {
                planned.set(i, new Planned(merged.get(), before.by()));
                return;
            }
            if (!before.by().equals(next.by()) && overlap(before.effect(), next.effect())) {
                throw new TargetException("Cannot inject " + this + ": " + before.by() + " and " + next.by()
                        + " hit the same packets (" + before.effect().summary()
                        + "), so neither could be distinguished from the "
                        + "other. Leave one out, or keep their peers and ports apart.");
            }
        }
        planned.add(next);
    }

    private static boolean overlap(Effect one, Effect other) {
        return one.overlaps(other) || other.overlaps(one);
    }

    private Optional<Effect> merged(Planned before, Planned next) {
        try {
            return before.effect().mergedWith(next.effect());
        } catch (IllegalArgumentException e) {
            throw new TargetException("Cannot inject " + this + ": " + before.by() + " and " + next.by() + " both "
                    + e.getMessage() + ". Leave one out, or keep their peers and ports apart.");
        }
    }

    @Override
    public String toString() {
        return faults.stream().map(Fault::toString).collect(Collectors.joining(", ", "Together[", "]"));
    }
}
