package io.faultline.fault.packet;

import io.faultline.effect.Command;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PublishedPort;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules for one address family, as iptables-restore reads them: one transaction to add, one to remove. */
public record IptablesRules(Family family, String tag, Instant expiry, PacketRules rules) {

    /** Which of the two commands. */
    public enum Family {
        IPV4("iptables", "224.0.0.0/4", "icmp"),
        IPV6("ip6tables", "ff00::/8", "ipv6-icmp");

        private final String command;
        private final String multicast;
        private final String icmp;

        Family(String command, String multicast, String icmp) {
            this.command = command;
            this.multicast = multicast;
            this.icmp = icmp;
        }

        public String command() {
            return command;
        }

        String multicast() {
            return multicast;
        }

        /** What this family calls a protocol. */
        String protocol(String name) {
            return name.equals("icmp") ? icmp : name;
        }
    }

    /** A queue that nobody reads. The kernel frees the packet and tells the sender that all is well (nf_queue.c). */
    private static final String SILENT = "NFQUEUE --queue-num 64999";

    // xt_time reads UTC, in whole seconds.
    public static final DateTimeFormatter DATESTOP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    Command add() {
        return transaction(
                Stream.of(declarations(), ourRules(), jumps().stream().map(Jump::insert)));
    }

    Command remove() {
        return transaction(Stream.of(
                jumps().stream().map(Jump::delete),
                chains().stream().flatMap(chain -> Stream.of("-F " + chain, "-X " + chain))));
    }

    Command counters() {
        return new Command(tool() + "-counters", "");
    }

    /** Puts these rules into the chains that are there. A declared chain is emptied first (iptables-restore(8)). */
    Command replaceRules() {
        return transaction(Stream.of(declarations(), ourRules()));
    }

    /** Whether all of it is in what {@link #counters()} printed: the rules that harm, and each jump to them. */
    boolean isIn(String saved) {
        return SavedCounters.jumps(tag, saved) == jumps().size()
                && SavedCounters.rules(tag, saved) == ourRules().count();
    }

    private Stream<String> declarations() {
        return chains().stream().map(chain -> ":" + chain + " - [0:0]");
    }

    private Stream<String> ourRules() {
        String drop = rules.filter().silentDrop() ? SILENT : "DROP";
        return chains().stream()
                .flatMap(chain -> PacketActionRules.rules(rules.action(), family, drop).stream()
                        .map(rule -> "-A " + chain + " " + rule));
    }

    /** One for each direction: their rules tell what became of which packets. */
    private List<String> chains() {
        return jumps().stream().map(Jump::to).distinct().toList();
    }

    private Command transaction(Stream<Stream<String>> parts) {
        return new Command(
                tool(), parts.flatMap(lines -> lines).collect(Collectors.joining("\n", "*filter\n", "\nCOMMIT\n")));
    }

    private String tool() {
        return family.command + "-" + rules.filter().flavour().suffix();
    }

    /** A jump to a chain of ours: the builtin chain that it is in, and what it matches. */
    private record Jump(String from, String match, String to) {

        // At the top, by position 1: an ACCEPT that stands there already would win over an appended rule.
        String insert() {
            return "-I " + from + " 1 " + match + "-j " + to;
        }

        // By its whole text, never by position: others may have inserted rules of theirs since.
        String delete() {
            return "-D " + from + " " + match + "-j " + to;
        }
    }

    private List<Jump> jumps() {
        List<Jump> jumps = new ArrayList<>();
        if (rules.where().kind() == Leg.Kind.PROXY) {
            rules.where().ports().stream()
                    .filter(port -> port.isIpv6() == (family == Family.IPV6))
                    .forEach(port -> proxied(port, jumps));
        } else {
            direct(jumps);
        }
        return jumps.stream().distinct().toList(); // without sets, both ways can be forwarded by the same text
    }

    private void direct(List<Jump> jumps) {
        Ports ports = rules.traffic().ports();
        if (rules.traffic().flow().in()) {
            each(services(ports, family, "--dport ", "--sport "), members("src", "-s"), (what, peer) -> {
                jumps.add(jump("INPUT", "! -i lo " + what + peer, Direction.IN));
                jumps.add(jump("FORWARD", what + peer, Direction.FORWARDED));
            });
        }
        if (rules.traffic().flow().out()) {
            each(services(ports, family, "--sport ", "--dport "), members("dst", "-d"), (what, peer) -> {
                jumps.add(jump("OUTPUT", "! -o lo " + what + peer, Direction.OUT));
                if (!(rules.traffic().isSymmetric() && rules.traffic().flow().in())) { // which is forwarded above
                    jumps.add(jump("FORWARD", what + peer, Direction.FORWARDED));
                }
            });
        }
    }

    /**
     * The matches for protocols and ports, each with a space at its end.
     *
     * @param own the option for the target's own port
     * @param others the option for the port at the other end
     */
    static List<String> services(Ports ports, Family family, String own, String others) {
        if (ports.range().isEmpty()) {
            return List.of(ports.transport()
                    .map(name -> "-p " + family.protocol(name) + " ")
                    .orElse(""));
        }
        String numbers = ports.range().get().first() + ":" + ports.range().get().last() + " ";
        return ports.transportsWithPorts().stream()
                .flatMap(name -> ports.ends(own, others).stream().map(option -> "-p " + name + " " + option + numbers))
                .toList();
    }

    private void proxied(PublishedPort port, List<Jump> jumps) {
        String to = port.isWildcard() ? "" : "-d " + port.hostAddress() + " ";
        String from = port.isWildcard() ? "" : "-s " + port.hostAddress() + " ";
        String protocol = "-p " + port.transport() + " ";
        if (rules.traffic().flow().in()) {
            members("src", "-s")
                    .forEach(peer -> jumps.add(
                            jump("INPUT", to + protocol + "--dport " + port.hostPort() + " " + peer, Direction.IN)));
        }
        if (rules.traffic().flow().out()) {
            members("dst", "-d")
                    .forEach(peer -> jumps.add(jump(
                            "OUTPUT", from + protocol + "--sport " + port.hostPort() + " " + peer, Direction.OUT)));
        }
    }

    private Jump jump(String from, String match, Direction direction) {
        return new Jump(from, match, tag + SavedCounters.suffix(direction));
    }

    private interface Match {
        void with(String what, String peer);
    }

    private static void each(List<String> whats, List<String> peers, Match match) {
        whats.forEach(what -> peers.forEach(peer -> match.with(what, peer)));
    }

    /** The match for the peers as source or destination: one for the whole set, or one per peer where there are no sets. */
    private List<String> members(String setDirection, String option) {
        if (rules.filter().expiry() == Expiry.IPSET) {
            String set = family == Family.IPV4 ? IpsetCommands.nameIpv4(tag) : IpsetCommands.nameIpv6(tag);
            return List.of("-m set --match-set " + set + " " + setDirection + " ");
        }
        String until =
                rules.filter().expiry() == Expiry.DATESTOP ? "-m time --datestop " + DATESTOP.format(expiry) + " " : "";
        Peers peers = rules.traffic().peers();
        if (peers.isEveryone()) {
            return List.of(until);
        }
        return (family == Family.IPV4 ? peers.ipv4() : peers.ipv6())
                .stream().map(address -> option + " " + address + " " + until).toList();
    }
}
