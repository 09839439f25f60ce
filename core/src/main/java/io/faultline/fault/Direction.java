package io.faultline.fault;

/** Which way packets go that a declared fault is about, seen from the container, or from the first of several. */
public enum Direction {
    BOTH,
    /** What it would receive. */
    INCOMING,
    /** What it sends. */
    OUTGOING
}
