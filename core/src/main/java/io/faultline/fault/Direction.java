package io.faultline.fault;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Which way packets go that a declared fault is about, seen from the container, or from the first of several. */
public enum Direction {
    BOTH,
    /** What it would receive. */
    INCOMING,
    /** What it sends. */
    OUTGOING;

    /** The fault itself, or the part of it that this asks for, of which not every fault has one. */
    <F> F of(F both, UnaryOperator<F> incoming, UnaryOperator<F> outgoing) {
        return switch (this) {
            case BOTH -> both;
            case INCOMING -> incoming.apply(both);
            case OUTGOING -> outgoing.apply(both);
        };
    }

    /** The part of a fault in this direction, towards these addresses if there are any, and at this port if there is one. */
    <F extends Shaping<F>> F narrowing(F fault, List<String> towards, Optional<Integer> port) {
        F narrowed = of(fault.bothWays(), each -> each.incomingOnly(), each -> each.outgoingOnly());
        narrowed = towards.isEmpty() ? narrowed : narrowed.towards(towards.toArray(String[]::new));
        return port.map(narrowed::port).orElse(narrowed);
    }
}
