package io.faultline.fault;

import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.topology.Target;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Resets streams of a target some time after the first data on them; that data goes nowhere. By default the first data
 * that the target sends, so that a request is carried out and its answer lost.
 *
 * <p>Toxiproxy resets connections that were opened under the fault. One that was open before is closed in good order:
 * its client sees an end of stream.
 */
public final class ResetStream extends StreamFault {

    private final Duration after;

    private ResetStream(Target target, Set<Way> ways, Duration after) {
        super(FaultKind.RESET_STREAM, target, ways);
        this.after = after;
    }

    /** Resets streams on all open routes to the target, at the first data unless told otherwise. */
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

    /** On what clients send to the target. */
    public ResetStream upstream() {
        return new ResetStream(target(), EnumSet.of(Way.UPSTREAM), after);
    }

    /** On both. */
    public ResetStream bothWays() {
        return new ResetStream(target(), EnumSet.allOf(Way.class), after);
    }

    @Override
    List<Toxic> toxics() {
        return List.of(new Toxic.Reset(after));
    }

    @Override
    String strength() {
        return "after " + after.toMillis() + " ms";
    }
}
