package io.faultline.fault;

import io.faultline.effect.BitRate;
import io.faultline.effect.Impairment;
import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.Target;

/**
 * Holds a target's traffic to a rate until healed: each way by itself, counted in whole packets with their headers. What is
 * too much waits, up to half a second's worth; the rest is dropped, as by a modem. Needs sch_tbf and sch_htb on the Docker
 * host's kernel, not netem.
 */
public final class Bandwidth extends Shaping<Bandwidth> {

    private final BitRate rate;

    private Bandwidth(ShapeScope scope, BitRate rate) {
        super(FaultKind.BANDWIDTH, scope, Flow.BOTH);
        this.rate = rate;
    }

    /** Holds what the target sends to a rate, and what it receives to the same. */
    public static Bandwidth of(Target target, BitRate rate) {
        return new Bandwidth(ShapeScope.of(target, Flow.BOTH), rate);
    }

    @Override
    Bandwidth with(ShapeScope narrower) {
        return new Bandwidth(narrower, rate);
    }

    @Override
    Impairment impairment() {
        return rate;
    }
}
