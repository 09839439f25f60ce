package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.topology.Target;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PartitionShapeTest {

    @ParameterizedTest
    @EnumSource
    void isTheSameForTheSameTargetsAndSeedAndShowsTheSeed(PartitionShape shape) {
        List<Target> targets = targets(9);

        assertThat(shape.of(targets, 42)).hasToString(shape.of(targets, 42).toString());
        assertThat(IntStream.range(0, 20)
                        .mapToObj(seed -> shape.of(targets, seed).toString().replaceAll("seed \\d+", ""))
                        .distinct())
                .hasSizeGreaterThan(3);
        assertThat(shape.of(targets, 42).toString())
                .startsWith("Partition[" + shape.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " \"")
                .endsWith(", seed 42]");
    }

    @ParameterizedTest
    @CsvSource({
        "ISOLATE_ONE, 2, 1 1",
        "ISOLATE_ONE, 5, 1 4",
        "HALVES, 2, 1 1",
        "HALVES, 5, 2 3",
        "HALVES, 6, 3 3",
        "MINORITY, 3, 1 2",
        "MINORITY, 4, 1 3",
        "MINORITY, 5, 2 3",
        "BRIDGE, 3, 1 1",
        "BRIDGE, 6, 2 3"
    })
    void dividesIntoGroupsOfTheseSizes(PartitionShape shape, int targets, String sizes) {
        String label = shape.of(targets(targets), 1).toString().replaceAll(", bridged.*", "");

        assertThat(List.of(label.split("\\|")))
                .map(side -> side.split("\"n").length - 1 + "")
                .containsExactly(sizes.split(" "));
    }

    @Test
    void aBridgeIsTouchedByNothing() {
        Partition bridge = PartitionShape.BRIDGE.of(targets(5), 3);

        assertThat(bridge.targets()).hasSize(4);
        assertThat(targets(5).stream().filter(target -> !bridge.targets().contains(target)))
                .singleElement()
                .satisfies(target -> assertThat(bridge.toString()).contains(", bridged by " + target + ", seed 3]"));
    }

    @Test
    void aRingOfFourCutsBothDiagonals() {
        List<Target> four = targets(4);
        PartitionGroups ring = PartitionGroups.ring(four);

        assertThat(four)
                .extracting(ring::from)
                .containsExactly(
                        List.of(four.get(2)), List.of(four.get(3)), List.of(four.get(0)), List.of(four.get(1)));
    }

    @Test
    void refusesTooFewTargetsAndOneThatIsNamedTwice() {
        assertThatThrownBy(() -> PartitionShape.RING.of(targets(3), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A partition of shape RING takes at least 4 targets, but got 3: [\"n0\", \"n1\", \"n2\"].");
        for (PartitionShape shape : PartitionShape.values()) {
            List<Target> twice = List.of(target(0), target(1), target(2), target(3), target(2));
            assertThatThrownBy(() -> shape.of(twice, 5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("names a target twice");
        }
    }

    private static List<Target> targets(int number) {
        return IntStream.range(0, number).mapToObj(PartitionShapeTest::target).toList();
    }

    private static Target target(int number) {
        return Target.named("n" + number);
    }
}
