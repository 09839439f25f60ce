package io.faultline.inject;

import io.faultline.effect.PacketCount;
import io.faultline.terrain.Leg;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What shows that a fault bit.
 *
 * @param counts packets stopped, by leg and direction
 * @param spoiled why the counts cannot be trusted to tell the whole story: the fault ended early, its target died, its
 *     rules were removed by somebody else
 */
public record Evidence(List<PacketCount> counts, Optional<String> spoiled) {

    public Evidence {
        counts = List.copyOf(counts);
    }

    /** All packets stopped, on every leg and in every direction. */
    public long packets() {
        return counts.stream().mapToLong(PacketCount::packets).sum();
    }

    /** The packets stopped on these legs, in every direction. */
    public long packetsOn(Set<Leg.Kind> legs) {
        return counts.stream()
                .filter(count -> legs.contains(count.leg()))
                .mapToLong(PacketCount::packets)
                .sum();
    }

    /** Whether the fault certainly met traffic. */
    public boolean bit() {
        return packets() > 0 && spoiled.isEmpty();
    }

    @Override
    public String toString() {
        String stopped = counts.stream()
                .filter(count -> count.packets() > 0)
                .map(count -> count.packets() + " " + name(count))
                .collect(Collectors.joining(", "));
        return packets() + (packets() == 1 ? " packet" : " packets") + " dropped"
                + (stopped.isEmpty() ? "" : " (" + stopped + ")")
                + spoiled.map(reason -> "; " + reason).orElse("");
    }

    private static String name(PacketCount count) {
        return (count.leg() + " " + count.direction()).toLowerCase(Locale.ROOT);
    }
}
