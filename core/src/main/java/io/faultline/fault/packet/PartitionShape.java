package io.faultline.fault.packet;

import io.faultline.topology.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

/**
 * Well-known ways to divide a cluster. Which target gets which part is drawn from a seed: the same targets in the same
 * order and the same seed give the same partition, and the seed is part of its name in every report.
 */
public enum PartitionShape {
    /** One target is cut off from all others. */
    ISOLATE_ONE(2, drawn -> PartitionGroups.between(List.of(drawn.subList(0, 1), rest(drawn, 1)))),
    /** Two halves; of an odd number, the second has one more. */
    HALVES(
            2,
            drawn -> PartitionGroups.between(
                    List.of(drawn.subList(0, drawn.size() / 2), rest(drawn, drawn.size() / 2)))),
    /** The largest group that is no majority, and the rest. */
    MINORITY(3, drawn -> {
        int minority = (drawn.size() - 1) / 2;
        return PartitionGroups.between(List.of(drawn.subList(0, minority), rest(drawn, minority)));
    }),
    /** Two halves that do not see each other, and one target in between that sees both. */
    BRIDGE(3, drawn -> {
        List<Target> sides = rest(drawn, 1);
        int half = sides.size() / 2;
        PartitionGroups cuts = PartitionGroups.between(List.of(sides.subList(0, half), rest(sides, half)));
        return cuts.labelled(cuts.label() + ", bridged by " + drawn.get(0));
    }),
    /** Each sees only its two neighbours: everybody sees a few, and no two see the same. */
    RING(4, PartitionGroups::ring);

    private final int fewest;
    private final Function<List<Target>, PartitionGroups> divide;

    PartitionShape(int fewest, Function<List<Target>, PartitionGroups> divide) {
        this.fewest = fewest;
        this.divide = divide;
    }

    /**
     * Divides the targets.
     *
     * @throws IllegalArgumentException if they are too few, or one is named twice
     */
    public Partition of(List<Target> targets, long seed) {
        if (targets.size() < fewest) {
            throw new IllegalArgumentException("A partition of shape " + this + " takes at least " + fewest
                    + " targets, but got " + targets.size() + ": " + targets + ".");
        }
        List<Target> drawn = new ArrayList<>(targets);
        Collections.shuffle(drawn, new Random(seed));
        PartitionGroups cuts = divide.apply(List.copyOf(drawn));
        String name = name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String label = cuts.label().startsWith(name) ? cuts.label() : name + " " + cuts.label();
        return Partition.of(cuts.labelled(label + ", seed " + seed));
    }

    private static List<Target> rest(List<Target> drawn, int from) {
        return drawn.subList(from, drawn.size());
    }
}
