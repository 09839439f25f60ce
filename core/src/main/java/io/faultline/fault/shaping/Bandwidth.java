package io.faultline.fault.shaping;

import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Narrowing;
import io.faultline.fault.Needs;
import io.faultline.fault.NetworkScope;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Target;

/**
 * Holds a target's traffic to a rate until healed: each way by itself, counted in whole packets with their headers. What is
 * too much waits, up to half a second's worth; the rest is dropped, as by a modem. Needs sch_tbf and sch_htb on the Docker
 * host's kernel, not netem.
 */
public final class Bandwidth extends Shaping<Bandwidth> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "bandwidth", Options.class, "Lets a container's packets through at a limited rate.")
            .variant(
                    "Bandwidth",
                    Needs.kernelWith(Feature.TBF, Feature.HTB),
                    "packets shaped, by direction",
                    "as Latency",
                    "as Latency");

    private final BitRate rate;

    private Bandwidth(Target target, NetworkScope scope, BitRate rate) {
        super(SPEC.needs(), target, scope, Flow.BOTH);
        this.rate = rate;
    }

    /** Holds what the target sends to a rate, and what it receives to the same. */
    public static Bandwidth of(Target target, BitRate rate) {
        return new Bandwidth(target, NetworkScope.of(Flow.BOTH), rate);
    }

    @Override
    protected Bandwidth with(NetworkScope which) {
        return new Bandwidth(target(), which, rate);
    }

    @Override
    Impairment impairment() {
        return rate;
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("In thousands of bits a second.") double kbit,

            @About("Which way packets go, seen from the container.") @Default("both")
            Direction direction,

            Narrowing packets)
            implements FaultFactory {

        @Override
        public Fault make() {
            return packets.of(Bandwidth.of(target, BitRate.kbit(kbit)), direction);
        }
    }
}
