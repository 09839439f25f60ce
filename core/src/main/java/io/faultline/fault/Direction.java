package io.faultline.fault;

import java.util.List;
import java.util.Optional;

/** Which way packets go that a declared fault is about, seen from the container, or from the first of several. */
public enum Direction {
    BOTH,
    /** What it would receive. */
    INCOMING,
    /** What it sends. */
    OUTGOING;

    /** The one of the three that this asks for. */
    <F> F of(F both, F incoming, F outgoing) {
        return switch (this) {
            case BOTH -> both;
            case INCOMING -> incoming;
            case OUTGOING -> outgoing;
        };
    }

    /** The part of a fault in this direction, towards these addresses if there are any, and at this port if there is one. */
    <F extends Shaping<F>> F narrowing(F fault, List<String> towards, Optional<Integer> port) {
        F narrowed = of(fault.bothWays(), fault.incomingOnly(), fault.outgoingOnly());
        narrowed = towards.isEmpty() ? narrowed : narrowed.towards(towards.toArray(String[]::new));
        return port.map(narrowed::port).orElse(narrowed);
    }
}
