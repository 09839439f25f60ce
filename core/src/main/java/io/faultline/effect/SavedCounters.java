package io.faultline.effect;

import io.faultline.effect.Count.Direction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the counters of our rules from what {@code iptables-save -c} prints. */
final class SavedCounters {

    private static final Pattern RULE = Pattern.compile("\\[(\\d+):\\d+\\] -A (\\S+) (.*-j (\\S+).*)");
    private static final List<String> BUILTIN = List.of("INPUT", "OUTPUT", "FORWARD");

    private SavedCounters() {}

    /** How many jumps to our chains there are. */
    static long jumps(String tag, String saved) {
        return matching(saved, isJump(tag)).size();
    }

    /** How many rules there are in our chains. */
    static long rules(String tag, String saved) {
        return matching(saved, line -> isOurs(tag, line.group(2))).size();
    }

    static List<Count> of(String tag, PacketRules rules, String saved) {
        Map<Direction, Long> seen = new EnumMap<>(Direction.class);
        for (Matcher line : matching(saved, isJump(tag))) {
            if (!RuleText.Family.isBackground(line.group())) {
                seen.merge(direction(line.group(2)), Long.parseLong(line.group(1)), Long::sum);
            }
        }
        Map<Direction, Long> harmed = rules.fate().isTotal() ? seen : harmed(tag, saved);
        List<Count> counts = new ArrayList<>();
        seen.forEach((direction, number) -> {
            // What is forwarded goes through the chain for what comes in.
            long hit = harmed.getOrDefault(direction, 0L);
            counts.add(new Count(rules.where().kind(), direction, rules.fate().harm(), hit, number));
        });
        return counts;
    }

    /** By the rules of our chains, but for those that let a packet through and those for background chatter. */
    private static Map<Direction, Long> harmed(String tag, String saved) {
        Map<Direction, Long> harmed = new EnumMap<>(Direction.class);
        matching(
                        saved,
                        line -> isOurs(tag, line.group(2))
                                && !line.group(4).equals("RETURN")
                                && !RuleText.Family.isBackground(line.group()))
                .forEach(line -> harmed.merge(
                        line.group(2).endsWith("-o") ? Direction.OUT : Direction.IN,
                        Long.parseLong(line.group(1)),
                        Long::sum));
        return harmed;
    }

    private static Direction direction(String builtin) {
        return switch (builtin) {
            case "INPUT" -> Direction.IN;
            case "OUTPUT" -> Direction.OUT;
            default -> Direction.FORWARDED;
        };
    }

    private static Predicate<Matcher> isJump(String tag) {
        return line -> BUILTIN.contains(line.group(2)) && isOurs(tag, line.group(4));
    }

    private static boolean isOurs(String tag, String chain) {
        return chain.equals(tag) || chain.equals(tag + "-i") || chain.equals(tag + "-o");
    }

    private static List<Matcher> matching(String saved, Predicate<Matcher> wanted) {
        return saved.lines()
                .map(RULE::matcher)
                .filter(line -> line.matches() && wanted.test(line))
                .toList();
    }
}
