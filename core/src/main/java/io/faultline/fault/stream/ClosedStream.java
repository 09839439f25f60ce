package io.faultline.fault.stream;

import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.topology.Target;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Closes every stream of a target, and lets nobody connect: the proxy no longer listens, so that its kernel refuses. A
 * client that comes through a published port may see an accepted connection that ends at once; docker-proxy does that.
 */
public final class ClosedStream extends StreamFault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "closed-stream", Options.class, "Closes a proxy, which refuses new connections.")
            .variant(
                    "ClosedStream",
                    NEEDS,
                    "resets (refusals too) and closings that the proxy sent to clients",
                    "proxy listens again; else its container removed",
                    "one container a route");

    private ClosedStream(Target target, Set<Way> ways) {
        super(target, ways);
    }

    /** Closes all open routes to the target. */
    public static ClosedStream of(Target target) {
        return new ClosedStream(target, EnumSet.of(Way.DOWNSTREAM)); // of one, for it is done once
    }

    @Override
    List<Toxic> toxics() {
        return List.of(new Toxic.Closed());
    }

    @Override
    String strength() {
        return "";
    }

    /** What can be written about it. */
    record Options(@About("The container.") Target target) implements FaultFactory {

        @Override
        public Fault make() {
            return ClosedStream.of(target);
        }
    }
}
