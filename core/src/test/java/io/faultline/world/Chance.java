package io.faultline.world;

import org.assertj.core.data.Offset;

/** What can be expected of so many independent tries. */
public record Chance(int tries, double probability) {

    private static final int DEVIATIONS = 5; // of the normal approximation

    public double expected() {
        return tries * probability;
    }

    /** The half of the interval, around what is expected, in which all but one of 1.7 million outcomes are. */
    public Offset<Double> spread() {
        return Offset.offset(DEVIATIONS * Math.sqrt(tries * probability * (1 - probability)));
    }
}
