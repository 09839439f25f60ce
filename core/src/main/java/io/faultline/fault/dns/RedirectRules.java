package io.faultline.fault.dns;

import io.faultline.effect.Command;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Responder;
import io.faultline.fault.packet.IpsetCommands;
import io.faultline.fault.packet.IptablesRules;
import io.faultline.fault.packet.IptablesRules.Family;
import io.faultline.fault.packet.SavedCounters;
import io.faultline.topology.PacketFilter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules that lead name queries of one address family to a responder, as iptables-restore reads them. */
record RedirectRules(Family family, String tag, Instant expiry, PacketFilter filter) {

    private static final List<String> TRANSPORTS = List.of("udp", "tcp");

    /** What the agent's responder puts on its own queries (agent/dns). */
    private static final String OUR_MARK = "0xfa17";

    Command add() {
        return transaction(Stream.of(
                Stream.of(":" + chain() + " - [0:0]"),
                TRANSPORTS.stream()
                        .map(transport ->
                                "-A " + chain() + " -p " + transport + " -j REDIRECT --to-ports " + Responder.PORT),
                jumps().map(jump -> "-I OUTPUT 1 " + jump)));
    }

    Command remove() {
        return transaction(
                Stream.of(jumps().map(jump -> "-D OUTPUT " + jump), Stream.of("-F " + chain(), "-X " + chain())));
    }

    Command counters() {
        return new Command(tool() + "-nat-counters", "");
    }

    /** Whether all of it is in what {@link #counters()} printed. */
    boolean isIn(String saved) {
        return SavedCounters.jumps(tag, saved) == TRANSPORTS.size()
                && SavedCounters.rules(tag, saved) == TRANSPORTS.size();
    }

    private String chain() {
        return tag + SavedCounters.suffix(Direction.OUT);
    }

    private Stream<String> jumps() {
        // What goes to an address of one link alone cannot be led to loopback: it would be lost, whatever it asks for.
        String which = family == Family.IPV4 ? "" : "! -d fe80::/10 ";
        return TRANSPORTS.stream()
                .map(transport -> which + "-p " + transport + " --dport 53 -m mark ! --mark " + OUR_MARK + " " + until()
                        + "-j " + chain());
    }

    private String until() {
        return switch (filter.expiry()) {
            case IPSET ->
                "-m set --match-set "
                        + (family == Family.IPV4 ? IpsetCommands.nameIpv4(tag) : IpsetCommands.nameIpv6(tag)) + " dst ";
            case DATESTOP -> "-m time --datestop " + IptablesRules.DATESTOP.format(expiry) + " ";
            case NONE -> "";
        };
    }

    private Command transaction(Stream<Stream<String>> parts) {
        return new Command(
                tool(), parts.flatMap(lines -> lines).collect(Collectors.joining("\n", "*nat\n", "\nCOMMIT\n")));
    }

    private String tool() {
        return family.command() + "-" + filter.flavour().suffix();
    }
}
