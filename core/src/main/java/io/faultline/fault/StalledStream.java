package io.faultline.fault;

import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.topology.Target;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Stalls the streams of a target, both ways unless told otherwise: what is sent is acknowledged by the proxy and goes
 * nowhere, and no connection ends. When it is healed or lifted, connections that stalled are closed, for they have lost
 * data; new ones work.
 */
public final class StalledStream extends StreamFault {

    private StalledStream(Target target, Set<Way> ways) {
        super(FaultKind.STALLED_STREAM, target, ways);
    }

    /** Stalls all open routes to the target. */
    public static StalledStream of(Target target) {
        return new StalledStream(target, EnumSet.allOf(Way.class));
    }

    /** On what clients send to the target. */
    public StalledStream upstream() {
        return new StalledStream(target(), EnumSet.of(Way.UPSTREAM));
    }

    /** On what the target sends to clients. */
    public StalledStream downstream() {
        return new StalledStream(target(), EnumSet.of(Way.DOWNSTREAM));
    }

    @Override
    List<Toxic> toxics() {
        return List.of(new Toxic.Stalled());
    }

    @Override
    String strength() {
        return "";
    }
}
