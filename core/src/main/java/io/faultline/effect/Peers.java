package io.faultline.effect;

import java.util.Collections;
import java.util.List;

/**
 * Who is cut off: everyone, or certain addresses.
 *
 * @param addresses IPv4 and IPv6 literals; empty means everyone
 */
public record Peers(String label, List<String> addresses) {

    // A hash:net set refuses a prefix of length 0, hence the two halves of each address space (ipset(8)).
    private static final List<String> EVERY_IPV4 = List.of("0.0.0.0/1", "128.0.0.0/1");
    private static final List<String> EVERY_IPV6 = List.of("::/1", "8000::/1");

    public Peers {
        addresses = addresses.stream().distinct().toList(); // a set refuses an entry that it has
    }

    public static Peers everyone() {
        return new Peers("everyone", List.of());
    }

    boolean isEveryone() {
        return addresses.isEmpty();
    }

    boolean overlap(Peers other) {
        return isEveryone() || other.isEveryone() || !Collections.disjoint(addresses, other.addresses);
    }

    List<String> ipv4() {
        return isEveryone()
                ? EVERY_IPV4
                : addresses.stream().filter(address -> !address.contains(":")).toList();
    }

    List<String> ipv6() {
        return isEveryone()
                ? EVERY_IPV6
                : addresses.stream().filter(address -> address.contains(":")).toList();
    }

    @Override
    public String toString() {
        return label;
    }
}
