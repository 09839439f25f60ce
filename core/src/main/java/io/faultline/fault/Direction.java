package io.faultline.junit;

import io.faultline.fault.Shaping;

/** Which way packets go that a declared fault is about, seen from the container, or from the first of several. */
public enum Direction {
    BOTH,
    /** What it would receive. */
    INCOMING,
    /** What it sends. */
    OUTGOING;

    /** The one of the three that this way asks for. */
    <F> F of(F both, F incoming, F outgoing) {
        return switch (this) {
            case BOTH -> both;
            case INCOMING -> incoming;
            case OUTGOING -> outgoing;
        };
    }

    /** The part of a fault that goes this way, towards these addresses if there are any, and at this port if it is not 0. */
    <F extends Shaping<F>> F narrowing(F fault, String[] towards, int port) {
        F narrowed = of(fault.bothWays(), fault.incomingOnly(), fault.outgoingOnly());
        narrowed = towards.length > 0 ? narrowed.towards(towards) : narrowed;
        return port == 0 ? narrowed : narrowed.port(port);
    }
}
