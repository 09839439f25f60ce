package io.faultline.effect;

import java.util.List;
import java.util.stream.Stream;

/**
 * Who is meant: everyone, or certain addresses.
 *
 * @param addresses IPv4 and IPv6 literals and networks; empty means everyone
 */
public record Peers(String label, List<String> addresses) {

    public Peers {
        addresses = addresses.stream().distinct().toList();
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

    @Override
    public String toString() {
        return label;
    }
}
