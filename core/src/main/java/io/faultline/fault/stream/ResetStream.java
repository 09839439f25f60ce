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
 * Resets streams of a target some time after the first data on them; that data goes nowhere. By default the first data
 * that the target sends, so that a request is carried out and its answer lost.
 *
 * <p>Toxiproxy resets connections that were opened under the fault. One that was open before is closed in good order:
 * its client sees an end of stream.
 */
public final class ResetStream extends DirectedStream<ResetStream> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("reset-stream", Options.class, "Resets connections through a proxy.")
            .variant(
                    "ResetStream",
                    NEEDS,
                    "resets and closings that the proxy sent to clients",
                    "toxic removed; else its proxy's container",
                    "one container a route");

    private final Duration after;

    private ResetStream(Target target, Set<Way> ways, Duration after) {
        super(target, ways);
        this.after = after;
    }

    /** Resets streams on all open routes to the target, at the first data unless set otherwise. */
    public static ResetStream of(Target target) {
        return new ResetStream(target, EnumSet.of(Way.DOWNSTREAM), Duration.ZERO);
    }

    /**
     * How long after the first data.
     *
     * @throws IllegalArgumentException if it is negative, or no whole number of milliseconds
     */
    public ResetStream afterFirstData(Duration after) {
        return new ResetStream(target(), ways(), millis("A reset after a time", after, 0));
    }

    @Override
    ResetStream with(Set<Way> ways) {
        return new ResetStream(target(), ways, after);
    }

    @Override
    List<Toxic> toxics() {
        return List.of(new Toxic.Reset(after));
    }

    @Override
    String strength() {
        return "after " + after.toMillis() + " ms";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("How long after its first data a connection is reset, as \"500ms\".")
            Optional<Duration> afterFirstData,

            @About("Which way data goes.") @Default("downstream")
            StreamDirection direction)
            implements FaultFactory {

        @Override
        public Fault make() {
            ResetStream fault = of(target);
            fault = afterFirstData.map(fault::afterFirstData).orElse(fault);
            return fault.in(direction);
        }
    }
}
