package io.faultline.fault.clock;

import io.faultline.fault.Plan;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;

/** What faults of clocks have in common. */
final class ClockOffsets {

    private static final String LIMITATION =
            "monotonic clocks and all waiting stay right, and so do programs that do not read the time by the C library: "
                    + "static ones, as Go's";

    private ClockOffsets() {}

    static Plan plan(Topology topology, Target target, ClockError error) {
        return new Plan(
                List.of(new ClockOffset(
                        target.toString(), topology.onAnyNetwork(target).namespace(), error)),
                List.of(),
                List.of(LIMITATION));
    }
}
