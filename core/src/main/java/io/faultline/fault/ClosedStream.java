package io.faultline.fault;

import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.topology.Target;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Closes every stream of a target, and lets nobody connect: the proxy no longer listens, so that its kernel refuses. A
 * client that comes through a published port may see an accepted connection that ends at once; docker-proxy does that.
 */
public final class ClosedStream extends StreamFault {

    private ClosedStream(Target target, Set<Way> ways) {
        super(FaultKind.CLOSED_STREAM, target, ways);
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
}
