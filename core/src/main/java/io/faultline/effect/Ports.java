package io.faultline.effect;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which protocol and ports a rule is about.
 *
 * @param transport {@code tcp}, {@code udp}, {@code sctp} or {@code icmp}; empty means every protocol, or TCP and UDP if
 *     there is a range
 * @param range empty means every port
 * @param side whose port is meant
 */
public record Ports(Optional<String> transport, Optional<Range> range, Side side) {

    /** Everything. */
    public static final Ports ALL = new Ports(Optional.empty(), Optional.empty(), Side.OWN);

    private static final List<String> WITH_PORTS = List.of("tcp", "udp", "sctp");
    private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp", "icmp");

    /** Both ends included. */
    public record Range(int first, int last) {

        /** @throws IllegalArgumentException unless 1 <= first <= last <= 65535 */
        public Range {
            if (first < 1 || last < first || last > 65535) {
                throw new IllegalArgumentException(
                        first == last
                                ? "There is no port " + first + ": ports are 1 to 65535."
                                : "There are no ports " + first + "-" + last
                                        + ": a range needs 1 <= first <= last <= 65535.");
            }
        }

        public boolean overlaps(Range other) {
            return first <= other.last && other.first <= last;
        }

        public boolean includes(int port) {
            return first <= port && port <= last;
        }

        @Override
        public String toString() {
            return first == last ? "port " + first : "ports " + first + "-" + last;
        }
    }

    /** Whose ports. */
    public enum Side {
        /** The target's, which others connect to. */
        OWN,
        /** The other's, which the target connects to. */
        OTHER,
        /** Whichever of the two has that number. */
        EITHER
    }

    /** @throws IllegalArgumentException if the protocol is unknown, or has no ports and there is a range */
    public Ports {
        transport = transport.map(name -> name.toLowerCase(Locale.ROOT));
        transport.filter(name -> !PROTOCOLS.contains(name)).ifPresent(name -> {
            throw new IllegalArgumentException("There is no protocol \"" + name
                    + "\" to choose packets by. Name one of " + PROTOCOLS + ", or none for every protocol.");
        });
        if (range.isPresent()
                && transport.filter(name -> !WITH_PORTS.contains(name)).isPresent()) {
            throw new IllegalArgumentException("Protocol " + transport.get()
                    + " has no ports. Leave out the ports, or name one of " + WITH_PORTS + ".");
        }
    }

    public Ports withTransport(String name) {
        return new Ports(Optional.of(name), range, side);
    }

    public Ports withRange(int first, int last) {
        return new Ports(transport, Optional.of(new Range(first, last)), side);
    }

    public Ports withSide(Side whose) {
        return new Ports(transport, range, whose);
    }

    /** Whether what arrives for the target's own port is meant. */
    public boolean includesOwn(String protocol, int port) {
        return speaks(protocol)
                && (range.isEmpty() || (side != Side.OTHER && range.get().includes(port)));
    }

    /** Whether a connection between these two ports is meant. */
    public boolean includes(String protocol, int own, int others) {
        return speaks(protocol)
                && range.filter(r -> !switch (side) {
                            case OWN -> r.includes(own);
                            case OTHER -> r.includes(others);
                            case EITHER -> r.includes(own) || r.includes(others);
                        })
                        .isEmpty();
    }

    public boolean overlaps(Ports other) {
        boolean protocols = transport.isEmpty() || other.transport.isEmpty() || transport.equals(other.transport);
        boolean apart = range.isPresent()
                && other.range.isPresent()
                && (side == other.side || side == Side.EITHER || other.side == Side.EITHER)
                && !range.get().overlaps(other.range.get());
        return protocols && !apart;
    }

    boolean speaks(String protocol) {
        return transport.filter(name -> !name.equals(protocol)).isEmpty();
    }

    /** What is to be looked for, of what a tool writes for the target's own port and of what it writes for the other's. */
    public <T> List<T> ends(T own, T others) {
        return switch (side) {
            case OWN -> List.of(own);
            case OTHER -> List.of(others);
            case EITHER -> List.of(own, others);
        };
    }

    /** The protocols that a range of ports is about. */
    public List<String> transportsWithPorts() {
        return transport.map(List::of).orElse(List.of("tcp", "udp"));
    }

    @Override
    public String toString() {
        return Stream.of(transport, range.map(Range::toString))
                .flatMap(Optional::stream)
                .reduce((protocol, ports) -> protocol + " " + ports)
                .orElse("everything");
    }
}
