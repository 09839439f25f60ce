package io.faultline.fault.shaping;

import java.time.Duration;

/**
 * Kinds of access links, as seen by the device at their end: what it receives comes down, what it sends goes up. Rates and
 * round trips are those of Firefox's network throttling, which Chrome's DevTools had too
 * (devtools/client/shared/components/throttling/profiles.js), and losses those of tylertreat/comcast's list of network
 * conditions, unless said otherwise. They are typical for none of today's networks in particular, and known to many.
 */
public enum LinkProfile {
    GPRS(BitRate.kbit(50), BitRate.kbit(20), Duration.ofMillis(500), 2),
    /** "Regular 2G" there. */
    EDGE(BitRate.kbit(250), BitRate.kbit(50), Duration.ofMillis(300), 1.5),
    /** "Regular 3G" there. */
    UMTS_3G(BitRate.kbit(750), BitRate.kbit(250), Duration.ofMillis(100), 1.5),
    /** "Regular 4G/LTE" there. No loss is listed for it. */
    LTE(BitRate.mbit(4), BitRate.mbit(3), Duration.ofMillis(20), 0),
    DSL(BitRate.mbit(2), BitRate.mbit(1), Duration.ofMillis(5), 0.5),
    /** A geostationary satellite: two hops of 279 ms (RFC 2488, section 2). The rates are ours. */
    SATELLITE(BitRate.mbit(10), BitRate.mbit(2), Duration.ofMillis(558), 0.2),
    /** Wi-Fi at the edge of its reach: the rates and round trip of "Wi-Fi" there; the loss is ours. */
    LOSSY_WIFI(BitRate.mbit(30), BitRate.mbit(15), Duration.ofMillis(2), 5);

    private final BitRate down;
    private final BitRate up;
    private final Duration roundTrip;
    private final double lossPercent;

    LinkProfile(BitRate down, BitRate up, Duration roundTrip, double lossPercent) {
        this.down = down;
        this.up = up;
        this.roundTrip = roundTrip;
        this.lossPercent = lossPercent;
    }

    /** How fast the device receives. */
    public BitRate down() {
        return down;
    }

    /** How fast it sends. */
    public BitRate up() {
        return up;
    }

    /** What round trips grow by. */
    public Duration roundTrip() {
        return roundTrip;
    }

    /** How many packets are lost, each way by itself. */
    public double lossPercent() {
        return lossPercent;
    }
}
