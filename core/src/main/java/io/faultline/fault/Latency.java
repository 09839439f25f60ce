package io.faultline.fault;

import io.faultline.effect.Delay;
import io.faultline.effect.Delay.Distribution;
import io.faultline.effect.Impairment;
import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.Target;
import java.time.Duration;

/**
 * Delays a target's packets until healed: by default those that it sends, all of them by the whole, so that round trips
 * grow by it. With {@link #bothWays} each way has half of it, and round trips grow by it as well.
 *
 * <p>Packets keep their order, however much the delay varies. What is waiting when the fault is healed is lost, and TCP
 * sends it again. Needs sch_netem on the Docker host's kernel.
 */
public final class Latency extends Shaping<Latency> {

    private final Delay delay;

    private Latency(ShapeScope scope, Delay delay) {
        super(FaultKind.LATENCY, scope, Flow.OUT_OF);
        this.delay = delay;
    }

    /**
     * Delays all that the target sends.
     *
     * @throws IllegalArgumentException unless it is more than 0 and at most a minute
     */
    public static Latency of(Target target, Duration delay) {
        return new Latency(ShapeScope.of(target, Flow.OUT_OF), Delay.of(delay));
    }

    /**
     * Lets the delay vary around its value.
     *
     * @throws IllegalArgumentException if it is more than the delay
     */
    public Latency jitter(Duration jitter) {
        return new Latency(scope(), new Delay(delay.time(), jitter, delay.correlationPercent(), delay.distribution()));
    }

    /**
     * How much the deviation of a packet's delay is that of the one before. For a delay that has a {@link #jitter}.
     *
     * @throws IllegalArgumentException unless it is 0 to 100, or if there is no jitter
     */
    public Latency correlation(double percent) {
        return new Latency(scope(), new Delay(delay.time(), delay.jitter(), percent, delay.distribution()));
    }

    /**
     * How delays are spread around their value; evenly unless told. For a delay that has a {@link #jitter}.
     *
     * @throws IllegalArgumentException if there is no jitter
     */
    public Latency distribution(Distribution distribution) {
        return new Latency(scope(), new Delay(delay.time(), delay.jitter(), delay.correlationPercent(), distribution));
    }

    @Override
    Latency with(ShapeScope narrower) {
        return new Latency(narrower, delay);
    }

    @Override
    String amount() {
        return delay.amount(); // the whole, though each way may have half of it
    }

    @Override
    Impairment impairment() {
        return scope().flow() == Flow.BOTH ? delay.halved() : delay;
    }
}
