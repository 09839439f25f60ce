package io.faultline.fault.packet;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.fault.packet.IptablesRules.Family;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the counters of our rules from what {@code iptables-save -c} prints. */
public final class SavedCounters {

    private static final Pattern RULE = Pattern.compile("\\[(\\d+):\\d+\\] -A (\\S+) (.*-j (\\S+).*)");

    private static final List<String> BUILTIN = List.of("INPUT", "OUTPUT", "FORWARD");

    private SavedCounters() {}

    /** What a chain of ours has behind its tag. */
    public static String suffix(Direction direction) {
        return switch (direction) {
            case IN -> "-i";
            case OUT -> "-o";
            default -> "-f";
        };
    }

    /** How many jumps to our chains there are. */
    public static long jumps(String tag, String saved) {
        return rules(saved).filter(rule -> rule.to(tag).isPresent()).count();
    }

    /** How many rules there are in our chains. */
    public static long rules(String tag, String saved) {
        return rules(saved).filter(rule -> rule.in(tag).isPresent()).count();
    }

    /**
     * What was harmed of what was seen, in each direction that there is a jump for, both families in one.
     *
     * @param earlier what was saved just before our chains got other rules, and with them new counters
     */
    static List<Count> of(String tag, PacketRules rules, List<String> saved, List<String> earlier) {
        Map<Direction, Long> met = new EnumMap<>(Direction.class);
        saved.stream()
                .flatMap(SavedCounters::rules)
                .forEach(rule -> rule.to(tag).ifPresent(direction -> met.merge(direction, rule.packets(), Long::sum)));
        Map<Direction, Long> spared = new EnumMap<>(Direction.class);
        Map<Direction, Long> harmed = new EnumMap<>(Direction.class);
        Stream.concat(saved.stream(), earlier.stream())
                .flatMap(SavedCounters::rules)
                .forEach(rule -> rule.in(tag)
                        .ifPresent(direction ->
                                (rule.isNoEvidence() ? spared : harmed).merge(direction, rule.packets(), Long::sum)));
        List<Count> counts = new ArrayList<>();
        met.forEach((direction, packets) -> {
            long hit = harmed.getOrDefault(direction, 0L);
            // The counters of a table are not read all at the same instant.
            long seen = Math.max(hit, packets - spared.getOrDefault(direction, 0L));
            counts.add(new Count(rules.where().kind(), direction, rules.action().unit(), hit, seen));
        });
        return counts;
    }

    private static Stream<Rule> rules(String saved) {
        return saved.lines()
                .map(RULE::matcher)
                .filter(Matcher::matches)
                .map(line -> new Rule(Long.parseLong(line.group(1)), line.group(2), line.group(3), line.group(4)));
    }

    /** One line that was saved. */
    private record Rule(long packets, String chain, String text, String goal) {

        /** The direction of the chain of ours that it jumps to from a built-in one, if it does. */
        Optional<Direction> to(String tag) {
            return BUILTIN.contains(chain) ? direction(tag, goal) : Optional.empty();
        }

        /** The direction of the chain of ours that it is in, if it is. */
        Optional<Direction> in(String tag) {
            return direction(tag, chain);
        }

        /** Whether it lets packets through, or is for what an interface says by itself. */
        boolean isNoEvidence() {
            return goal.equals("RETURN")
                    || Stream.of(Family.values()).anyMatch(family -> text.startsWith("-d " + family.multicast() + " "));
        }

        private static Optional<Direction> direction(String tag, String chain) {
            return Stream.of(Direction.IN, Direction.OUT, Direction.FORWARDED)
                    .filter(direction -> chain.equals(tag + suffix(direction)))
                    .findFirst();
        }
    }
}
