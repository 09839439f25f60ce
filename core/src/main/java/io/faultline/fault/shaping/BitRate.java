package io.faultline.fault.shaping;

/** How fast a link is. */
public record BitRate(long bitsPerSecond) implements Impairment {

    private static final long SLOWEST = 1_000;
    private static final long FASTEST = 32_000_000_000L; // above it the shaping itself would be what slows

    /** @throws IllegalArgumentException unless it is from 1 kbit/s to 32 Gbit/s */
    public BitRate {
        if (bitsPerSecond < SLOWEST || bitsPerSecond > FASTEST) {
            throw new IllegalArgumentException(
                    "A rate of " + bitsPerSecond + " bit/s cannot be held: name 1 kbit/s to 32 Gbit/s.");
        }
    }

    /** So many thousand bits a second. */
    public static BitRate kbit(double number) {
        return new BitRate(Math.round(number * 1e3));
    }

    /** So many million bits a second. */
    public static BitRate mbit(double number) {
        return new BitRate(Math.round(number * 1e6));
    }

    /** So many thousand million bits a second. */
    public static BitRate gbit(double number) {
        return new BitRate(Math.round(number * 1e9));
    }

    /** How many bytes pass in a time. */
    long bytesIn(double seconds) {
        return Math.round(bitsPerSecond / 8.0 * seconds);
    }

    @Override
    public String amount() {
        return toString();
    }

    /** As a person writes it: {@code 1.5 Mbit/s}. */
    @Override
    public String toString() {
        double number = bitsPerSecond;
        String unit = "";
        for (String next : new String[] {"k", "M", "G"}) {
            if (number >= 1000) {
                number /= 1000;
                unit = next;
            }
        }
        return Impairment.number(number) + " " + unit + "bit/s";
    }
}
