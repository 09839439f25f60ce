package io.faultline.fault.stream;

import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.topology.Target;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells clients late that the target has closed their connection; data goes through as ever. With
 * {@link #upstream()} the target is told late of clients that have.
 */
public final class SlowCloseStream extends DirectedStream<SlowCloseStream> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "slow-close-stream", Options.class, "Lets closings through a proxy late.")
            .variant(
                    "SlowCloseStream",
                    NEEDS,
                    "closings that reached the proxy, by direction",
                    "toxic removed; else its proxy's container",
                    "one container a route");

    private final Duration delay;

    private SlowCloseStream(Target target, Set<Way> ways, Duration delay) {
        super(target, ways);
        this.delay = delay;
    }

    /** Delays the end of streams on all open routes to the target, by one second unless set otherwise. */
    public static SlowCloseStream of(Target target) {
        return new SlowCloseStream(target, EnumSet.of(Way.DOWNSTREAM), Duration.ofSeconds(1));
    }

    /**
     * How late.
     *
     * @throws IllegalArgumentException unless it is at least 1 ms, in whole milliseconds
     */
    public SlowCloseStream by(Duration delay) {
        return new SlowCloseStream(target(), ways(), millis("A slow close", delay, 1));
    }

    @Override
    SlowCloseStream with(Set<Way> ways) {
        return new SlowCloseStream(target(), ways, delay);
    }

    @Override
    List<Toxic> toxics() {
        return List.of(new Toxic.ClosedLate(delay));
    }

    @Override
    String strength() {
        return delay.toMillis() + " ms";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("How late, as \"2s\".") Optional<Duration> delay,

            @About("Which way data goes.") @Default("downstream")
            StreamDirection direction)
            implements FaultFactory {

        @Override
        public Fault make() {
            SlowCloseStream fault = of(target);
            fault = delay.map(fault::by).orElse(fault);
            return fault.in(direction);
        }
    }
}
