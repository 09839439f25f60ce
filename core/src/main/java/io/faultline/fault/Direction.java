package io.faultline.fault;

import java.util.function.UnaryOperator;

/** Which way packets go that a declared fault is about, seen from the container, or from the first of several. */
public enum Direction {
    BOTH,
    /** What it would receive. */
    INCOMING,
    /** What it sends. */
    OUTGOING;

    /** The fault itself, or the part of it that this asks for, of which not every fault has one. */
    public <F> F of(F both, UnaryOperator<F> incoming, UnaryOperator<F> outgoing) {
        return switch (this) {
            case BOTH -> both;
            case INCOMING -> incoming.apply(both);
            case OUTGOING -> outgoing.apply(both);
        };
    }
}
