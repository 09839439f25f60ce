package io.faultline.fault.packet;

import io.faultline.fault.packet.IptablesRules.Family;
import io.faultline.fault.packet.PacketAction.LostAtRandom;
import io.faultline.fault.packet.PacketAction.LostByPattern;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A packet action as rules of iptables, without the chain that they are in.
 *
 * <p>What an interface says by itself (router solicitations, group reports) goes to multicast groups; it has a rule of its
 * own, because it is no evidence that anybody met the fault. And neighbours keep finding each other: in IPv6 that is ICMP
 * and would be stopped here, in IPv4 it is ARP and never comes by. Without it a client would see EHOSTUNREACH within
 * seconds, a refusal would find no way back, and of a one-way fault no way would be left.
 */
final class PacketActionRules {

    private PacketActionRules() {}

    /** @param drop what a dropped packet is given to */
    static List<String> rules(PacketAction action, Family family, String drop) {
        return Stream.concat(neighbours(family), after(action, family, drop)).toList();
    }

    private static Stream<String> neighbours(Family family) {
        return Stream.of("neighbour-solicitation", "neighbour-advertisement")
                .filter(type -> family == Family.IPV6)
                .map(type -> "-p ipv6-icmp --icmpv6-type " + type + " -j RETURN");
    }

    private static Stream<String> after(PacketAction action, Family family, String drop) {
        String groups = "-d " + family.multicast() + " -j ";
        if (action instanceof PacketAction.Rejected) {
            return refusing(family, groups + drop, Stream.empty());
        }
        if (action instanceof PacketAction.Reset) {
            return refusing(family, groups + drop, Stream.of("-p tcp -j REJECT --reject-with tcp-reset"));
        }
        if (action instanceof LostAtRandom random) {
            String probability = String.format(Locale.ROOT, "%.8f", random.probability()); // the kernel has 31 bits
            return Stream.of(
                    groups + "RETURN", "-m statistic --mode random --probability " + probability + " -j " + drop);
        }
        if (action instanceof LostByPattern pattern) {
            return Stream.concat(
                    Stream.of(groups + "RETURN"),
                    IntStream.range(0, pattern.positions().size()).mapToObj(i -> nth(pattern, i) + " -j " + drop));
        }
        return Stream.of(groups + drop, "-j " + drop);
    }

    /** Refusals must themselves get through, or nobody would ever hear of being refused. */
    private static Stream<String> refusing(Family family, String groups, Stream<String> first) {
        String unreachable = family == Family.IPV4
                ? "-p icmp --icmp-type destination-unreachable -j RETURN"
                : "-p ipv6-icmp --icmpv6-type destination-unreachable -j RETURN";
        String refuse = "-j REJECT --reject-with "
                + (family == Family.IPV4 ? "icmp-port-unreachable" : "icmp6-port-unreachable");
        return Stream.of(
                        Stream.of("-p tcp --tcp-flags RST RST -j RETURN", unreachable, groups),
                        first,
                        Stream.of(refuse))
                .flatMap(rules -> rules);
    }

    // A rule sees only what those before it let pass, so each counts in a shorter period than the last. It matches the
    // packet that has --packet others before it, and then every so many (libxt_statistic.c, measured).
    private static String nth(LostByPattern pattern, int index) {
        int every = pattern.every() - index;
        int position = pattern.positions().get(index) - index;
        return "-m statistic --mode nth --every " + every + " --packet " + (position - 1);
    }
}
