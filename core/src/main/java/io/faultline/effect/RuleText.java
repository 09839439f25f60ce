package io.faultline.effect;

import io.faultline.terrain.Leg;
import io.faultline.terrain.PacketFilter.Expiry;
import io.faultline.terrain.PublishedPort;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of a drop for one address family, as iptables-restore reads them: one transaction to add, one to remove. */
record RuleText(Family family, String tag, Instant expiry, PacketDrop drop) {

    /** Which of the two commands. */
    enum Family {
        IPV4("iptables", "224.0.0.0/4"),
        IPV6("ip6tables", "ff00::/8");

        private final String command;
        private final String multicast;

        Family(String command, String multicast) {
            this.command = command;
            this.multicast = multicast;
        }

        /** Whether a saved rule is one of those for what an interface says by itself. */
        static boolean isBackground(String rule) {
            return Stream.of(values()).anyMatch(family -> rule.contains(" -d " + family.multicast + " "));
        }
    }

    /** A queue that nobody reads. The kernel frees the packet and tells the sender that all is well (nf_queue.c). */
    private static final String SILENT = "NFQUEUE --queue-num 64999";

    // xt_time reads UTC, in whole seconds.
    private static final DateTimeFormatter DATESTOP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    Command add() {
        String verdict = drop.filter().silentDrop() ? SILENT : "DROP";
        return transaction(Stream.concat(
                Stream.of(":" + tag + " - [0:0]", "-A " + tag + " -j " + verdict),
                jumps().stream().map(jump -> jump.insert(tag))));
    }

    Command remove() {
        return transaction(
                Stream.concat(jumps().stream().map(jump -> jump.delete(tag)), Stream.of("-F " + tag, "-X " + tag)));
    }

    Command counters() {
        return new Command(tool() + "-counters", "");
    }

    /** Whether all of it is in what {@link #counters()} printed: the rule that drops, and each jump to it. */
    boolean isIn(String saved) {
        return SavedCounters.jumps(tag, saved) == jumps().size()
                && saved.lines().anyMatch(line -> line.contains("-A " + tag + " -j "));
    }

    private Command transaction(Stream<String> lines) {
        return new Command(tool(), lines.collect(Collectors.joining("\n", "*filter\n", "\nCOMMIT\n")));
    }

    private String tool() {
        return family.command + "-" + drop.filter().flavour().suffix();
    }

    /** A jump to our chain: the builtin chain that it is in, and what it matches. */
    private record Jump(String chain, String match) {

        // At the top, by position 1: an ACCEPT that stands there already would win over an appended rule.
        String insert(String tag) {
            return "-I " + chain + " 1 " + match + "-j " + tag;
        }

        // By its whole text, never by position: others may have inserted rules of theirs since.
        String delete(String tag) {
            return "-D " + chain + " " + match + "-j " + tag;
        }
    }

    private List<Jump> jumps() {
        List<Jump> jumps = new ArrayList<>();
        if (drop.leg() == Leg.Kind.CONTAINER) {
            for (String source : members("src", "-s")) {
                jumps.add(new Jump("INPUT", "! -i lo " + source));
                jumps.add(new Jump("FORWARD", source));
            }
            for (String destination : members("dst", "-d")) {
                jumps.add(new Jump("OUTPUT", "! -o lo " + destination));
                if (!drop.peers().isEveryone()) {
                    jumps.add(new Jump("FORWARD", destination));
                }
            }
            jumps.addAll(background());
            return jumps;
        }
        for (PublishedPort port : drop.where().ports()) {
            if (port.isIpv6() != (family == Family.IPV6)) {
                continue;
            }
            String to = port.isWildcard() ? "" : "-d " + port.hostAddress() + " ";
            String from = port.isWildcard() ? "" : "-s " + port.hostAddress() + " ";
            String protocol = "-p " + port.transport() + " ";
            members("src", "-s")
                    .forEach(peer ->
                            jumps.add(new Jump("INPUT", to + protocol + "--dport " + port.hostPort() + " " + peer)));
            members("dst", "-d")
                    .forEach(peer ->
                            jumps.add(new Jump("OUTPUT", from + protocol + "--sport " + port.hostPort() + " " + peer)));
        }
        return jumps;
    }

    /**
     * What an interface says by itself (router solicitations, group reports, neighbour discovery) goes to multicast
     * groups. It is dropped like all else, but by jumps of its own, which stand first: it is no evidence that anybody met
     * the fault.
     */
    private List<Jump> background() {
        if (!drop.peers().isEveryone()) {
            return List.of();
        }
        String groups = "-d " + family.multicast + " ";
        return Stream.concat(
                        members("src", "-s").stream().map(source -> new Jump("INPUT", groups + "! -i lo " + source)),
                        members("dst", "-d").stream().map(to -> new Jump("OUTPUT", groups + "! -o lo " + to)))
                .toList();
    }

    /** The match for the peers as source or destination: one for the whole set, or one per peer where there are no sets. */
    private List<String> members(String setDirection, String option) {
        if (drop.filter().expiry() == Expiry.IPSET) {
            String set = family == Family.IPV4 ? SetText.nameIpv4(tag) : SetText.nameIpv6(tag);
            return List.of("-m set --match-set " + set + " " + setDirection + " ");
        }
        String until =
                drop.filter().expiry() == Expiry.DATESTOP ? "-m time --datestop " + DATESTOP.format(expiry) + " " : "";
        if (drop.peers().isEveryone()) {
            return List.of(until);
        }
        List<String> addresses =
                family == Family.IPV4 ? drop.peers().ipv4() : drop.peers().ipv6();
        return addresses.stream()
                .map(address -> option + " " + address + " " + until)
                .toList();
    }
}
