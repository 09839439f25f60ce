package io.faultline.fault.stream;

import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.topology.Target;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Closes each stream of a target after a number of bytes, in the middle of a message if it so happens. By default those
 * that the target sends count. Connections that are open begin to count when the fault is injected.
 */
public final class LimitedStream extends DirectedStream<LimitedStream> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "limited-stream", Options.class, "Closes connections through a proxy after some bytes.")
            .variant(
                    "LimitedStream",
                    NEEDS,
                    "connections that the proxy ended while it was open",
                    "toxic removed; else its proxy's container",
                    "one container a route");

    private final long bytes;

    private LimitedStream(Target target, Set<Way> ways, long bytes) {
        super(target, ways);
        this.bytes = bytes;
    }

    /** Limits all open routes to the target; say {@link Unlimited#to} how many bytes. */
    public static Unlimited of(Target target) {
        return new Unlimited(target);
    }

    /** A limit that has no number yet. */
    public record Unlimited(Target target) {

        /**
         * Lets so many bytes of each connection through.
         *
         * @throws IllegalArgumentException unless it is above 0
         */
        public LimitedStream to(long bytes) {
            return new LimitedStream(target, EnumSet.of(Way.DOWNSTREAM), positive("A limit", bytes));
        }
    }

    @Override
    LimitedStream with(Set<Way> ways) {
        return new LimitedStream(target(), ways, bytes);
    }

    @Override
    List<Toxic> toxics() {
        return List.of(new Toxic.Limited(bytes));
    }

    @Override
    String strength() {
        return bytes + " B";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("How many bytes a connection carries.") long bytes,

            @About("Which way data goes.") @Default("downstream")
            StreamDirection direction)
            implements FaultFactory {

        @Override
        public Fault make() {
            LimitedStream fault = of(target).to(bytes);
            return fault.in(direction);
        }
    }
}
