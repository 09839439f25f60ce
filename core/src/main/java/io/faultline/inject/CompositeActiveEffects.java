package io.faultline.inject;

import io.faultline.agent.Ended;
import io.faultline.effect.Effect;
import io.faultline.fault.ImpossibleFaultException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all executors hold open for one injection. Guarded by it, but for {@link #ended}. */
final class CompositeActiveEffects {

    private final List<ActiveEffects> oldestFirst;
    private Optional<String> mixed = Optional.empty();

    /** @param notes what is otherwise than before all the same, for the journal */
    record Healed(long atNanos, Evidence evidence, List<String> notes, List<RuntimeException> failures) {}

    CompositeActiveEffects(List<ActiveEffects> oldestFirst) {
        this.oldestFirst = List.copyOf(oldestFirst);
    }

    /** When each was in force for the first time, or was prepared if it is not yet; as {@link System#nanoTime()}. */
    List<Long> inForceNanos() {
        return oldestFirst.stream()
                .flatMap(each -> each.inForceNanos().stream())
                .toList();
    }

    /** How many effects they are. */
    int size() {
        return oldestFirst.stream().mapToInt(ActiveEffects::size).sum();
    }

    Evidence read() {
        return evidence(oldestFirst.stream().map(ActiveEffects::read).toList());
    }

    /** Takes all of it back, whatever fails on the way. */
    Healed heal() {
        List<Evidence> found = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        long lastNanos = Collections.max(inForceNanos());
        for (ActiveEffects each : newestFirst()) {
            try {
                ActiveEffects.Healing healing = each.heal();
                found.add(healing.evidence());
                notes.addAll(healing.notes());
                lastNanos = Math.max(lastNanos, healing.atNanos());
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        return new Healed(lastNanos, evidence(found), List.copyOf(notes), List.copyOf(failures));
    }

    /** Ends what is left of connections that were closed under them; how many there were. */
    int settle() {
        return ofTheAgent().mapToInt(ActiveAgentEffects::settle).sum();
    }

    long lift() {
        return change(newestFirst(), ActiveEffects::lift);
    }

    long restore() {
        return change(oldestFirst, ActiveEffects::restore);
    }

    /** @param to as many as there are */
    long retune(List<Effect> to) {
        Iterator<Effect> wanted = to.iterator();
        return change(
                oldestFirst,
                each -> each.retune(
                        Stream.generate(wanted::next).limit(each.size()).toList()));
    }

    /** The tags of what no agent holds any more. */
    Set<String> orphans() {
        return ofTheAgent().flatMap(each -> each.orphans().stream()).collect(Collectors.toSet());
    }

    /** The agent took one back by itself; whether it was one of these. */
    boolean ended(Ended event) {
        return ofTheAgent().filter(each -> each.ended(event)).count() > 0;
    }

    private Stream<ActiveAgentEffects> ofTheAgent() {
        return oldestFirst.stream().filter(ActiveAgentEffects.class::isInstance).map(ActiveAgentEffects.class::cast);
    }

    /** Once a change got to some of them only, nobody knows under what the client was seen. */
    private long change(List<ActiveEffects> inOrder, ToLongFunction<ActiveEffects> how) {
        long lastNanos = 0;
        boolean touched = false;
        try {
            for (ActiveEffects each : inOrder) {
                lastNanos = how.applyAsLong(each);
                touched = true;
            }
        } catch (RuntimeException e) {
            boolean refused = e instanceof IllegalArgumentException || e instanceof ImpossibleFaultException;
            if (touched || !refused) {
                mixed = Optional.of("it could not be changed as a whole while it was open: " + e.getMessage());
            }
            throw e;
        }
        return lastNanos;
    }

    private Evidence evidence(List<Evidence> parts) {
        Evidence all = Evidence.sum(parts);
        return all.invalidated(all.invalidated().or(() -> mixed));
    }

    private List<ActiveEffects> newestFirst() {
        List<ActiveEffects> reversed = new ArrayList<>(oldestFirst);
        Collections.reverse(reversed);
        return reversed;
    }
}
