package io.faultline.fault;

import io.faultline.effect.ClockError;
import io.faultline.effect.WrongClock;
import io.faultline.terrain.Target;
import io.faultline.terrain.Terrain;
import java.util.List;

/** What faults of clocks have in common. */
final class WrongClocks {

    private static final String UNTESTABLE =
            "monotonic clocks and all waiting stay right, and so do programs that do not read the time by the C library: "
                    + "static ones, as Go's";

    private WrongClocks() {}

    static Plan plan(Terrain terrain, Target target, ClockError error) {
        return new Plan(
                List.of(new WrongClock(
                        target.toString(), terrain.siteOnAnyNetwork(target).namespace(), error)),
                List.of(),
                List.of(UNTESTABLE));
    }
}
