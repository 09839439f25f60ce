package io.faultline.fault.shaping;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;

/** One thing that a bad link does to its packets. {@code toString()} is it in words: {@code duplicate 10 %}. */
sealed interface Impairment
        permits BitRate, Delay, Impairment.Duplication, Impairment.Reordering, Impairment.Corruption {

    /** How much of it, in words: {@code 10 %}. */
    String amount();

    /** A packet arrives twice. */
    record Duplication(double percent) implements Impairment {

        /** @throws IllegalArgumentException unless it is above 0 and at most 100 */
        public Duplication {
            requireShare(percent);
        }

        @Override
        public String amount() {
            return number(percent) + " %";
        }

        @Override
        public String toString() {
            return "duplicate " + amount();
        }
    }

    /**
     * A packet overtakes those before it: it is sent at once, and they wait.
     *
     * @param waiting how long they do, unless there is a {@link Delay} as well
     */
    record Reordering(double percent, Duration waiting) implements Impairment {

        /** @throws IllegalArgumentException unless the share is above 0 and at most 100, and the wait can be one */
        public Reordering {
            requireShare(percent);
            Delay.of(waiting);
        }

        @Override
        public String amount() {
            return number(percent) + " %";
        }

        @Override
        public String toString() {
            return "reorder " + amount();
        }
    }

    /** A packet arrives with one bit turned. */
    record Corruption(double percent) implements Impairment {

        /** @throws IllegalArgumentException unless it is above 0 and at most 100 */
        public Corruption {
            requireShare(percent);
        }

        @Override
        public String amount() {
            return number(percent) + " %";
        }

        @Override
        public String toString() {
            return "corrupt " + amount();
        }
    }

    private static void requireShare(double percent) {
        if (!(percent > 0 && percent <= 100)) { // NaN is neither
            throw new IllegalArgumentException(
                    "A share of " + percent + " % of the packets is none: name more than 0 and at most 100 %.");
        }
    }

    /** As a person writes it, to four digits: {@code 12.5}. */
    static String number(double number) {
        BigDecimal rounded = BigDecimal.valueOf(number).round(new MathContext(4));
        return rounded.stripTrailingZeros().toPlainString();
    }
}
