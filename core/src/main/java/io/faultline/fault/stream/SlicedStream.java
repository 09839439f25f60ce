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
 * Hands the streams of a target on in small pieces with a pause after each, so that a message arrives in many reads. By
 * default what the target sends.
 */
public final class SlicedStream extends DirectedStream<SlicedStream> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "sliced-stream", Options.class, "Sends what goes through a proxy in small pieces.")
            .variant(
                    "SlicedStream",
                    NEEDS,
                    "data packets that reached the proxy, by direction",
                    "toxic removed; else its proxy's container",
                    "one container a route");

    private final int bytes;
    private final Duration pause;

    private SlicedStream(Target target, Set<Way> ways, int bytes, Duration pause) {
        super(target, ways);
        this.bytes = bytes;
        this.pause = pause;
    }

    /** Slices all open routes to the target, into pieces of one byte with a pause of 1 ms unless set otherwise. */
    public static SlicedStream of(Target target) {
        return new SlicedStream(target, EnumSet.of(Way.DOWNSTREAM), 1, Duration.ofMillis(1));
    }

    /**
     * Pieces of at most so many bytes.
     *
     * @throws IllegalArgumentException unless it is above 0
     */
    public SlicedStream into(int bytes) {
        return new SlicedStream(target(), ways(), Math.toIntExact(positive("A slice", bytes)), pause);
    }

    /**
     * How long nothing follows after a piece; microseconds count.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public SlicedStream pausing(Duration pause) {
        if (pause.isNegative()) {
            throw new IllegalArgumentException("A pause of " + pause + " cannot be made: it is negative.");
        }
        return new SlicedStream(target(), ways(), bytes, pause);
    }

    @Override
    SlicedStream with(Set<Way> ways) {
        return new SlicedStream(target(), ways, bytes, pause);
    }

    @Override
    List<Toxic> toxics() {
        return List.of(new Toxic.Sliced(bytes, pause));
    }

    @Override
    String strength() {
        return bytes + " B, " + pause.toNanos() / 1000 + " µs apart";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("How long a piece is, about.") int bytes,

            @About("How long to wait between them, as \"1ms\".")
            Optional<Duration> pause,

            @About("Which way data goes.") @Default("downstream")
            StreamDirection direction)
            implements FaultFactory {

        @Override
        public Fault make() {
            SlicedStream fault = of(target).into(bytes);
            fault = pause.map(fault::pausing).orElse(fault);
            return fault.in(direction);
        }
    }
}
