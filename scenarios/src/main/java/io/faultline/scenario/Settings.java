package io.faultline.scenario;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a scenario was played.
 *
 * @param variant of a reference system; empty where the system is the user's own
 * @param system what was judged: {@code python-service}, {@code compose.yaml}
 * @param round counted from 1, where it is played several times
 */
public record Settings(Optional<Variant> variant, String system, int round) {

    /** As in {@code naive java-service}, or {@code compose.yaml, round 2}. */
    @Override
    public String toString() {
        String played = Stream.concat(variant.map(Variant::toString).stream(), Stream.of(system))
                .collect(Collectors.joining(" "));
        return round == 1 ? played : played + ", round " + round;
    }
}
