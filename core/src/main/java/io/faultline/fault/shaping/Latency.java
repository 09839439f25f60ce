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
import io.faultline.fault.shaping.Delay.Distribution;
import io.faultline.topology.Target;
import java.time.Duration;
import java.util.Optional;

/**
 * Delays a target's packets until healed: by default those that it sends, all of them by the whole, so that round trips
 * grow by it. With {@link #bothWays} each way has half of it, and round trips grow by it as well.
 *
 * <p>Packets keep their order, however much the delay varies. What is waiting when the fault is healed is lost, and TCP
 * sends it again. Needs sch_netem on the Docker host's kernel.
 */
public final class Latency extends Shaping<Latency> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("latency", Options.class, "Delays a container's packets.")
            .variant(
                    "Latency",
                    Needs.netem(),
                    "packets shaped, by direction",
                    "qdiscs removed; the kernel ends nothing by itself: if the agent dies, the JVM removes them, or else the next run",
                    "one tree of qdiscs an interface and direction; for what arrives an interface (ifb) too");

    private final Delay delay;

    private Latency(Target target, NetworkScope scope, Delay delay) {
        super(SPEC.needs(), target, scope, Flow.OUT_OF);
        this.delay = delay;
    }

    /**
     * Delays all that the target sends.
     *
     * @throws IllegalArgumentException unless it is more than 0 and at most a minute
     */
    public static Latency of(Target target, Duration delay) {
        return new Latency(target, NetworkScope.of(Flow.OUT_OF), Delay.of(delay));
    }

    /**
     * Lets the delay vary around its value.
     *
     * @throws IllegalArgumentException if it is more than the delay
     */
    public Latency jitter(Duration jitter) {
        return new Latency(
                target(), scope(), new Delay(delay.time(), jitter, delay.correlationPercent(), delay.distribution()));
    }

    /**
     * How much the deviation of a packet's delay is that of the one before. For a delay that has a {@link #jitter}.
     *
     * @throws IllegalArgumentException unless it is 0 to 100, or if there is no jitter
     */
    public Latency correlation(double percent) {
        return new Latency(target(), scope(), new Delay(delay.time(), delay.jitter(), percent, delay.distribution()));
    }

    /**
     * How delays are spread around their value; evenly unless set. For a delay that has a {@link #jitter}.
     *
     * @throws IllegalArgumentException if there is no jitter
     */
    public Latency distribution(Distribution distribution) {
        return new Latency(
                target(), scope(), new Delay(delay.time(), delay.jitter(), delay.correlationPercent(), distribution));
    }

    @Override
    protected Latency with(NetworkScope which) {
        return new Latency(target(), which, delay);
    }

    @Override
    String amount() {
        return delay.amount(); // the whole, though each way may have half of it
    }

    @Override
    Impairment impairment() {
        return scope().flow() == Flow.BOTH ? delay.halved() : delay;
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("How late, as \"200ms\".") Duration delay,
            @About("By how much that varies.") Optional<Duration> jitter,

            @About("How much each delay is like the one before, in percent.")
            Optional<Double> correlation,

            @About("Which way packets go, seen from the container.") @Default("outgoing")
            Direction direction,

            Narrowing packets)
            implements FaultFactory {

        @Override
        public Fault make() {
            Latency fault = of(target, delay);
            fault = jitter.map(fault::jitter).orElse(fault);
            fault = correlation.map(fault::correlation).orElse(fault);
            return packets.of(fault, direction);
        }
    }
}
