package io.faultline.topology;

/**
 * Where the packets of a connection to a target enter its route.
 *
 * @param leg the leg that they meet first
 * @param port the target's own port that the connection leads to
 */
public record Hop(Leg.Kind leg, int port) {}
