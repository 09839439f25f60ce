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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Slows the streams of a target down: by a delay, by a rate, or by both. By default what the target sends. It works
 * where the kernel cannot delay packets, but on streams: no packet is late, and none is lost.
 */
public final class SlowStream extends DirectedStream<SlowStream> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("slow-stream", Options.class, "Slows the streams through a proxy down.")
            .variant(
                    "SlowStream",
                    NEEDS,
                    "data packets that reached the proxy, by direction",
                    "toxic removed; else its proxy's container",
                    "one container a route");

    private final Optional<Toxic.Delayed> delayed;
    private final Optional<Toxic.Throttled> throttled;

    private SlowStream(
            Target target, Set<Way> ways, Optional<Toxic.Delayed> delayed, Optional<Toxic.Throttled> throttled) {
        super(target, ways);
        this.delayed = delayed;
        this.throttled = throttled;
    }

    /** Slows all open routes to the target; say by how much, or nothing can be planned. */
    public static SlowStream of(Target target) {
        return new SlowStream(target, EnumSet.of(Way.DOWNSTREAM), Optional.empty(), Optional.empty());
    }

    /**
     * All data arrives so much later.
     *
     * @throws IllegalArgumentException unless it is at least 1 ms, in whole milliseconds
     */
    public SlowStream latency(Duration latency) {
        Duration jitter = delayed.map(Toxic.Delayed::jitter).orElse(Duration.ZERO);
        return delayed(new Toxic.Delayed(millis("A latency", latency, 1), jitter));
    }

    /**
     * The latency varies by up to so much, by chance.
     *
     * @throws IllegalArgumentException if no latency was given, or one that is shorter
     */
    public SlowStream jitter(Duration jitter) {
        Duration latency = delayed.map(Toxic.Delayed::by).orElse(Duration.ZERO);
        if (jitter.compareTo(latency) > 0) {
            throw new IllegalArgumentException("A jitter of " + jitter + " cannot be made of a latency of " + latency
                    + ": nothing arrives before it was sent. Give a longer latency first.");
        }
        return delayed(new Toxic.Delayed(latency, millis("A jitter", jitter, 0)));
    }

    /**
     * No more data arrives in a second, counted in units of 1000 bytes, which are all that Toxiproxy knows.
     *
     * @throws IllegalArgumentException unless it is above 0
     */
    public SlowStream kilobytesPerSecond(long kilobytes) {
        return new SlowStream(
                target(), ways(), delayed, Optional.of(new Toxic.Throttled(positive("A rate", kilobytes))));
    }

    private SlowStream delayed(Toxic.Delayed given) {
        return new SlowStream(target(), ways(), Optional.of(given), throttled);
    }

    @Override
    SlowStream with(Set<Way> ways) {
        return new SlowStream(target(), ways, delayed, throttled);
    }

    @Override
    List<Toxic> toxics() {
        List<Toxic> toxics =
                Stream.of(delayed, throttled).<Toxic>flatMap(Optional::stream).toList();
        if (toxics.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot inject " + this + ": it slows nothing down. Give it a latency(…) or a rate.");
        }
        return toxics;
    }

    @Override
    String strength() {
        return Stream.of(delayed, throttled)
                .<Toxic>flatMap(Optional::stream)
                .map(Toxic::describe)
                .collect(Collectors.joining(", "));
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("How much later data arrives, as \"200ms\".")
            Optional<Duration> latency,

            @About("By how much that varies.") Optional<Duration> jitter,
            @About("How much arrives in a second at most.") Optional<Long> kilobytesPerSecond,

            @About("Which way data goes.") @Default("downstream")
            StreamDirection direction)
            implements FaultFactory {

        @Override
        public Fault make() {
            if (latency.isEmpty() && kilobytesPerSecond.isEmpty()) {
                throw new IllegalArgumentException("Name a latency, kilobytesPerSecond, or both.");
            }
            SlowStream fault = of(target);
            fault = latency.map(fault::latency).orElse(fault);
            fault = jitter.map(fault::jitter).orElse(fault);
            fault = kilobytesPerSecond.map(fault::kilobytesPerSecond).orElse(fault);
            return fault.in(direction);
        }
    }
}
