package io.faultline.fault;

import io.faultline.effect.ClockError;
import io.faultline.effect.WrongClock;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;

/** What faults of clocks have in common. */
final class WrongClocks {

    private static final String UNTESTABLE =
            "monotonic clocks and all waiting stay right, and so do programs that do not read the time by the C library: "
                    + "static ones, as Go's";

    private WrongClocks() {}

    static Plan plan(Topology topology, Target target, ClockError error) {
        return new Plan(
                List.of(new WrongClock(
                        target.toString(), topology.onAnyNetwork(target).namespace(), error)),
                List.of(),
                List.of(UNTESTABLE));
    }
}
