package io.faultline.fault.packet;

import io.faultline.topology.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who is cut off from whom.
 *
 * @param label for people
 * @param apart for each target those that it is cut off from, symmetrically; empty for one that is cut off from everyone
 * @param groups how many sides there are
 */
record PartitionGroups(String label, Map<Target, List<Target>> apart, int groups) {

    static PartitionGroups fromEveryone(Target target) {
        return new PartitionGroups(target.toString(), Map.of(target, List.of()), 1);
    }

    static PartitionGroups between(List<List<Target>> groups) {
        List<Target> all = groups.stream().flatMap(List::stream).toList();
        if (groups.size() < 2 || groups.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("A partition into " + groups + " cuts nothing: it takes at least two "
                    + "groups, each with a target. To isolate one target from everyone, use Partition.of.");
        }
        requireDistinct(all);
        Map<Target, List<Target>> apart = new LinkedHashMap<>();
        for (List<Target> group : groups) {
            List<Target> others =
                    all.stream().filter(each -> !group.contains(each)).toList();
            group.forEach(each -> apart.put(each, others));
        }
        return new PartitionGroups(
                groups.stream().map(PartitionGroups::names).collect(Collectors.joining(" | ")), apart, groups.size());
    }

    /** Each is cut off from all but its two neighbours, the last being the first's. */
    static PartitionGroups ring(List<Target> targets) {
        requireDistinct(targets);
        int size = targets.size();
        Map<Target, List<Target>> apart = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            List<Target> far = new ArrayList<>(targets);
            far.removeAll(List.of(targets.get(i), targets.get((i + 1) % size), targets.get((i + size - 1) % size)));
            apart.put(targets.get(i), List.copyOf(far));
        }
        String names = targets.stream().map(Target::toString).collect(Collectors.joining(" - "));
        return new PartitionGroups("ring " + names, apart, size);
    }

    private static void requireDistinct(List<Target> targets) {
        if (new HashSet<>(targets.stream().map(Target::reference).toList()).size() < targets.size()) {
            throw new IllegalArgumentException("A partition between " + names(targets)
                    + " names a target twice, and between it and itself there is nothing to cut. Name different "
                    + "containers.");
        }
    }

    PartitionGroups labelled(String text) {
        return new PartitionGroups(text, apart, groups);
    }

    boolean isFromEveryone() {
        return groups == 1;
    }

    List<Target> targets() {
        return List.copyOf(apart.keySet());
    }

    List<Target> from(Target target) {
        return apart.getOrDefault(target, List.of());
    }

    /** Whether a target is in the first group. */
    boolean isFirst(Target target) {
        Target first = targets().get(0);
        return target.equals(first) || !from(first).contains(target);
    }

    static String names(List<Target> targets) {
        return targets.stream().map(Target::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return label;
    }
}
