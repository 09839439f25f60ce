package io.faultline.fault.stream;

import io.faultline.effect.StreamToxic.Way;
import io.faultline.topology.Target;
import java.util.EnumSet;
import java.util.Set;

/**
 * A fault of streams for what goes one way, or both. Immutable.
 *
 * @param <F> the fault itself
 */
public abstract sealed class DirectedStream<F extends DirectedStream<F>> extends StreamFault
        permits SlowStream, StalledStream, LimitedStream, SlicedStream, SlowCloseStream, ResetStream {

    DirectedStream(Target target, Set<Way> ways) {
        super(target, ways);
    }

    abstract F with(Set<Way> ways);

    /** Only for what clients send to the target. */
    public F upstream() {
        return with(EnumSet.of(Way.UPSTREAM));
    }

    /** Only for what the target sends to clients. */
    public F downstream() {
        return with(EnumSet.of(Way.DOWNSTREAM));
    }

    /** For both. */
    public F bothWays() {
        return with(EnumSet.allOf(Way.class));
    }

    /** As it is written in an annotation or a file. */
    F in(StreamDirection direction) {
        return switch (direction) {
            case DOWNSTREAM -> downstream();
            case UPSTREAM -> upstream();
            case BOTH -> bothWays();
        };
    }
}
