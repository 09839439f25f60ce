package io.faultline.inject;

import io.faultline.effect.Count;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.topology.Leg;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What shows that a fault had an effect.
 *
 * @param counts what was harmed, by leg and direction
 * @param invalidated why the counts cannot be trusted to tell the whole story: the fault ended early, its target died, its
 *     rules were removed by somebody else
 * @param flows whose packets those were that packet filters harmed
 */
public record Evidence(
        List<Count> counts,
        Optional<String> invalidated,
        @API(status = Status.INTERNAL) List<HarmedFlows> flows) {

    /** Why evidence is invalid whose target has died, unless that was what was wanted. */
    public static final String TARGET_DIED = "the target's process died while the fault was open";

    @API(status = Status.INTERNAL)
    public Evidence {
        counts = List.copyOf(counts);
        flows = List.copyOf(flows);
    }

    /** Without whose packets were harmed. */
    public Evidence(List<Count> counts, Optional<String> invalidated) {
        this(counts, invalidated, List.of());
    }

    /** The same, invalidated for this reason or for none. */
    Evidence invalidated(Optional<String> why) {
        return new Evidence(counts, why, flows);
    }

    /** All that was harmed, on every leg and in every direction: packets, connections, queries or bytes. */
    public long total() {
        return counts.stream().mapToLong(Count::number).sum();
    }

    /** What was harmed on these legs, in every direction. */
    public long totalOn(Set<Leg.Kind> legs) {
        return counts.stream()
                .filter(count -> legs.contains(count.leg()))
                .mapToLong(Count::number)
                .sum();
    }

    /** How much of one kind. */
    public long total(EvidenceUnit unit) {
        return counts.stream()
                .filter(count -> count.unit() == unit)
                .mapToLong(Count::number)
                .sum();
    }

    /** Whether the fault certainly did harm. */
    public boolean tookEffect() {
        return total() > 0 && invalidated.isEmpty();
    }

    static Evidence sum(List<Evidence> parts) {
        List<Count> counts =
                parts.stream().flatMap(part -> part.counts().stream()).toList();
        Optional<String> invalidated =
                parts.stream().flatMap(part -> part.invalidated().stream()).findFirst();
        List<HarmedFlows> flows =
                parts.stream().flatMap(part -> part.flows().stream()).toList();
        return new Evidence(counts, invalidated, flows);
    }

    @Override
    public String toString() {
        Map<EvidenceUnit, List<Count>> byHarm = counts.stream()
                .collect(Collectors.groupingBy(
                        Count::unit, () -> new EnumMap<>(EvidenceUnit.class), Collectors.toList()));
        String told = byHarm.entrySet().stream()
                .map(entry -> entry.getKey().of(total(entry.getKey())) + details(entry.getValue()))
                .collect(Collectors.joining(", "));
        return (told.isEmpty() ? "nothing was counted" : told)
                + invalidated.map(reason -> "; " + reason).orElse("");
    }

    private static String details(List<Count> of) {
        String details = of.stream()
                .filter(count -> count.number() > 0)
                .map(count -> count.number() + (count.seen() > count.number() ? " of " + count.seen() : "") + " "
                        + name(count) + (count.needed() ? "" : ", which nothing there needed"))
                .collect(Collectors.joining(", "));
        return details.isEmpty() ? "" : " (" + details + ")";
    }

    private static String name(Count count) {
        String direction = count.direction() == Count.Direction.ANY ? "" : " " + count.direction();
        return (count.leg() + direction).toLowerCase(Locale.ROOT);
    }
}
