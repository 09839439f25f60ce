package io.faultline.fault;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Which packets of a container a {@link NetworkFault} is about, as files and annotations write it. */
public record Narrowing(
        @About("Only what goes to, or comes from, these addresses and networks.")
        List<String> towards,

        @About("Only this port, or range as \"30000-30009\": the container's own, or with towards the others'.")
        Optional<String> ports,

        @About("Only this protocol: tcp, udp, sctp or icmp.")
        Optional<String> protocol) {

    /**
     * The part of a fault that is meant.
     *
     * @throws IllegalArgumentException if the fault cannot be about it
     */
    public <F extends NetworkFault<F>> F of(F fault) {
        F narrowed = towards.isEmpty() ? fault : fault.towards(towards.toArray(String[]::new));
        narrowed = protocol.map(narrowed::protocol).orElse(narrowed);
        return ports.isPresent() ? atPorts(narrowed, ports.get()) : narrowed;
    }

    /** The same in one direction, or both. */
    public <F extends NetworkFault<F>> F of(F fault, Direction direction) {
        UnaryOperator<F> way = switch (direction) {
            case BOTH -> NetworkFault::bothWays;
            case INCOMING -> NetworkFault::incomingOnly;
            case OUTGOING -> NetworkFault::outgoingOnly;
        };
        return way.apply(of(fault));
    }

    private static <F extends NetworkFault<F>> F atPorts(F fault, String text) {
        try {
            String[] ends = text.split("-", 2);
            return fault.ports(Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[ends.length - 1].strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Invalid ports \"" + text + "\": write them as \"6379\" or \"30000-30009\".", e);
        }
    }
}
