package io.faultline.world;

import org.assertj.core.data.Offset;

/** What can be expected of so many independent tries. */
public record Chance(int tries, double probability) {

    private static final double OF_999_IN_1000 = 3.291; // standard deviations, of the normal approximation

    public double expected() {
        return tries * probability;
    }

    /** The half of the interval, around what is expected, in which 999 of 1000 outcomes are. */
    public Offset<Double> spread() {
        return Offset.offset(OF_999_IN_1000 * Math.sqrt(tries * probability * (1 - probability)));
    }
}
