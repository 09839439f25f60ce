package io.faultline.effect;

import io.faultline.effect.Fate.LostAtRandom;
import io.faultline.effect.Fate.LostByPattern;
import io.faultline.effect.RuleText.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A fate as rules of iptables, without the chain that they are in. */
final class FateText {

    private FateText() {}

    /** @param drop what a dropped packet is given to */
    static List<String> rules(Fate fate, Family family, String drop) {
        if (fate instanceof Fate.Rejected) {
            return refusing(family, drop, Stream.empty());
        }
        if (fate instanceof Fate.Reset) {
            return refusing(family, drop, Stream.of("-p tcp -j REJECT --reject-with tcp-reset"));
        }
        if (fate instanceof LostAtRandom random) {
            String probability = String.format(Locale.ROOT, "%.8f", random.probability()); // the kernel has 31 bits
            return losing(family, Stream.of("--mode random --probability " + probability), drop);
        }
        if (fate instanceof LostByPattern pattern) {
            // A rule sees only what those before it let pass, so each counts in a shorter period than the last.
            return losing(
                    family,
                    IntStream.range(0, pattern.positions().size())
                            .mapToObj(i ->
                                    nth(pattern.every() - i, pattern.positions().get(i) - i)),
                    drop);
        }
        return List.of("-j " + drop);
    }

    /**
     * Refusals must themselves get through on their way out, and so must what finds a neighbour's address in IPv6, which
     * is ICMP there: else nobody would ever hear of being refused.
     */
    private static List<String> refusing(Family family, String drop, Stream<String> first) {
        List<String> rules = new ArrayList<>(List.of("-p tcp --tcp-flags RST RST -j RETURN"));
        if (family == Family.IPV4) {
            rules.add("-p icmp --icmp-type destination-unreachable -j RETURN");
        } else {
            Stream.of("destination-unreachable", "neighbour-solicitation", "neighbour-advertisement")
                    .forEach(type -> rules.add("-p ipv6-icmp --icmpv6-type " + type + " -j RETURN"));
        }
        rules.add("-d " + family.multicast() + " -j " + drop); // nobody is told of a multicast that was refused
        rules.addAll(first.toList());
        rules.add("-j REJECT --reject-with "
                + (family == Family.IPV4 ? "icmp-port-unreachable" : "icmp6-port-unreachable"));
        return rules;
    }

    /** What an interface says by itself goes to multicast groups, and losing it would be no evidence of anything. */
    private static List<String> losing(Family family, Stream<String> modes, String drop) {
        return Stream.concat(
                        Stream.of("-d " + family.multicast() + " -j RETURN"),
                        modes.map(mode -> "-m statistic " + mode + " -j " + drop))
                .toList();
    }

    // The counter begins at --packet, and the rule matches when it has come to the period (xt_statistic.c).
    private static String nth(int every, int position) {
        return "--mode nth --every " + every + " --packet " + (every - position);
    }
}
