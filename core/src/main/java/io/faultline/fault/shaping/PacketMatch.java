package io.faultline.fault.shaping;

import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Packets of one address family as the matches of cls_u32, which looks at their bytes (tc-u32(8)). */
record PacketMatch(boolean ipv6, boolean leaving) {

    private static final Map<String, Integer> PROTOCOLS = Map.of("tcp", 6, "udp", 17, "sctp", 132, "icmp", 1);
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final String EVERYTHING = "match u32 0 0";
    // Bits of the fragment's offset: only a first fragment has ports in it.
    private static final String FIRST_FRAGMENT = "match u16 0 0x1fff at 6 ";
    private static final int NEIGHBOUR_SOLICITATION = 135;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;

    private String family() {
        return ipv6 ? "ip6" : "ip";
    }

    /** What is nobody's message: multicast, by which an interface speaks for itself, and the finding of neighbours. */
    List<String> background() {
        return ipv6
                ? List.of(
                        "match ip6 dst ff00::/8",
                        "match ip6 protocol 58 0xff match u8 " + NEIGHBOUR_SOLICITATION + " 0xff at 40",
                        "match ip6 protocol 58 0xff match u8 " + NEIGHBOUR_ADVERTISEMENT + " 0xff at 40")
                : List.of("match ip dst 224.0.0.0/4");
    }

    /** Each a filter of its own; a packet that one of them matches is meant. Empty if no packet of this family can be. */
    List<String> of(Peers peers, Ports ports) {
        List<String> found = new ArrayList<>();
        for (String address : addresses(peers)) {
            for (String services : services(ports)) {
                String all = (services + address).strip();
                found.add(all.isEmpty() ? EVERYTHING : all);
            }
        }
        return found;
    }

    private List<String> addresses(Peers peers) {
        if (peers.isEveryone()) {
            return List.of("");
        }
        String end = leaving ? "dst" : "src";
        return (ipv6 ? peers.ipv6() : peers.ipv4())
                .stream()
                        .map(address -> address.contains("/") ? address : address + (ipv6 ? "/128" : "/32"))
                        .map(network -> "match " + family() + " " + end + " " + network)
                        .toList();
    }

    private List<String> services(Ports ports) {
        if (ports.range().isEmpty()) {
            return List.of(ports.transport().map(this::protocol).orElse(""));
        }
        String own = leaving ? "sport" : "dport";
        String others = leaving ? "dport" : "sport";
        List<String> found = new ArrayList<>();
        for (String transport : ports.transportsWithPorts()) {
            for (String end : ports.ends(own, others)) {
                blocks(ports.range().get())
                        .forEach(block -> found.add(protocol(transport) + (ipv6 ? "" : FIRST_FRAGMENT) + "match "
                                + family() + " " + end + " " + block + " "));
            }
        }
        return found;
    }

    private String protocol(String name) {
        int number = Objects.requireNonNull(PROTOCOLS.get(name), "Ports takes no others");
        return "match " + family() + " protocol " + (ipv6 && number == ICMP ? ICMPV6 : number) + " 0xff ";
    }

    /** A range as values with masks, the fewest that there are: 80-83 is 80 0xfffc. */
    static List<String> blocks(Range range) {
        List<String> found = new ArrayList<>();
        int first = range.first();
        while (first <= range.last()) {
            int size = Integer.lowestOneBit(first | 1 << 16);
            while (first + size - 1 > range.last()) {
                size /= 2;
            }
            found.add(first + " 0x" + Integer.toHexString(0x10000 - size));
            first += size;
        }
        return found;
    }

    /** Both families, for one direction. */
    static Stream<PacketMatch> both(boolean leaving) {
        return Stream.of(new PacketMatch(false, leaving), new PacketMatch(true, leaving));
    }
}
