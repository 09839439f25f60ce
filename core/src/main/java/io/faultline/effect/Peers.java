package io.faultline.effect;

import java.util.List;
import java.util.stream.Stream;

/**
 * Who is meant: everyone, or certain addresses.
 *
 * @param addresses IPv4 and IPv6 literals and networks; empty means everyone
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

    /**
     * Addresses and networks by themselves.
     *
     * @throws IllegalArgumentException if there is none, or one is neither
     */
    public static Peers of(List<String> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("No address is named. Name an address, or a network as 10.0.0.0/8.");
        }
        for (String address : addresses) {
            if (Network.parse(address).isLoopback()) {
                throw new IllegalArgumentException("\"" + address + "\" is loopback, which no fault on the network "
                        + "touches. Name an address on an interface, of a container or in the world.");
            }
        }
        return new Peers(String.join(", ", addresses), addresses);
    }

    /** Whether some are IPv6. */
    public boolean hasIpv6() {
        return networks().anyMatch(Network::isIpv6);
    }

    public boolean isEveryone() {
        return addresses.isEmpty();
    }

    /** Whether an address, a literal, is one of theirs. */
    public boolean include(String address) {
        Network one = Network.parse(address);
        return isEveryone() || networks().anyMatch(one::overlaps);
    }

    public boolean overlap(Peers other) {
        return isEveryone()
                || other.isEveryone()
                || networks().anyMatch(mine -> other.networks().anyMatch(mine::overlaps));
    }

    private Stream<Network> networks() {
        return addresses.stream().map(Network::parse);
    }

    public List<String> ipv4() {
        return isEveryone() ? EVERY_IPV4 : entries(false);
    }

    public List<String> ipv6() {
        return isEveryone() ? EVERY_IPV6 : entries(true);
    }

    private List<String> entries(boolean ipv6) {
        return addresses.stream()
                .filter(address -> Network.parse(address).isIpv6() == ipv6)
                .flatMap(address -> isWhole(address) ? (ipv6 ? EVERY_IPV6 : EVERY_IPV4).stream() : Stream.of(address))
                .toList();
    }

    private static boolean isWhole(String address) {
        return Network.parse(address).prefix() == 0;
    }

    @Override
    public String toString() {
        return label;
    }
}
