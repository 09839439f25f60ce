package io.faultline.effect;

import io.faultline.effect.PacketCount.Direction;
import io.faultline.terrain.Leg;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the counters of our jumps from what {@code iptables-save -c} prints. */
final class SavedCounters {

    private static final Pattern JUMP = Pattern.compile("\\[(\\d+):(\\d+)\\] -A (INPUT|OUTPUT|FORWARD) .*-j (\\S+)");

    private SavedCounters() {}

    /** How many jumps to our chain there are. */
    static long jumps(String tag, String saved) {
        return saved.lines()
                .map(JUMP::matcher)
                .filter(line -> line.matches() && line.group(4).equals(tag))
                .count();
    }

    static List<PacketCount> of(String tag, Leg.Kind leg, String saved) {
        Map<Direction, PacketCount> counts = new EnumMap<>(Direction.class);
        for (Matcher line :
                saved.lines().map(JUMP::matcher).filter(Matcher::matches).toList()) {
            if (line.group(4).equals(tag) && !RuleText.Family.isBackground(line.group())) {
                Direction direction = switch (line.group(3)) {
                    case "INPUT" -> Direction.IN;
                    case "OUTPUT" -> Direction.OUT;
                    default -> Direction.FORWARDED;
                };
                counts.merge(
                        direction,
                        new PacketCount(leg, direction, Long.parseLong(line.group(1)), Long.parseLong(line.group(2))),
                        (a, b) -> new PacketCount(leg, direction, a.packets() + b.packets(), a.bytes() + b.bytes()));
            }
        }
        return List.copyOf(counts.values());
    }
}
