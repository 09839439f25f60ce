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
 * Stalls the streams of a target, both ways unless set otherwise: what is sent is acknowledged by the proxy and goes
 * nowhere, and no connection ends. When it is healed or lifted, connections that stalled are closed, for they have lost
 * data; new ones work.
 */
public final class StalledStream extends DirectedStream<StalledStream> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "stalled-stream", Options.class, "Lets no data through a proxy, and closes nothing.")
            .variant(
                    "StalledStream",
                    NEEDS,
                    "data packets that reached the proxy, by direction",
                    "toxic removed, which closes what had stalled; else its proxy's container",
                    "one container a route");

    private StalledStream(Target target, Set<Way> ways) {
        super(target, ways);
    }

    /** Stalls all open routes to the target. */
    public static StalledStream of(Target target) {
        return new StalledStream(target, EnumSet.allOf(Way.class));
    }

    @Override
    StalledStream with(Set<Way> ways) {
        return new StalledStream(target(), ways);
    }

    @Override
    List<Toxic> toxics() {
        return List.of(new Toxic.Stalled());
    }

    @Override
    String strength() {
        return "";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("Which way data goes.") @Default("both") StreamDirection direction)
            implements FaultFactory {

        @Override
        public Fault make() {
            StalledStream fault = of(target);
            return fault.in(direction);
        }
    }
}
