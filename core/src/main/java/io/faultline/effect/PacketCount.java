package io.faultline.effect;

import io.faultline.terrain.Leg;

/** Evidence of one effect in one direction: how many packets it stopped, and how many bytes they held. */
public record PacketCount(Leg.Kind leg, Direction direction, long packets, long bytes) {

    /** Seen from the namespace that the effect is in. */
    public enum Direction {
        IN,
        OUT,
        FORWARDED
    }
}
