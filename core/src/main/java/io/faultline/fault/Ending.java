package io.faultline.fault;

import io.faultline.effect.EndedContainer;
import io.faultline.terrain.Site;
import io.faultline.terrain.Target;
import io.faultline.terrain.Terrain;
import java.time.Duration;
import java.util.List;

/**
 * How a container is ended. Immutable.
 *
 * @param signal without SIG
 * @param grace before SIGKILL
 */
record Ending(String signal, Duration grace) {

    /** As {@code docker stop} does it. */
    static final Ending STOP = new Ending("TERM", Duration.ofSeconds(10));

    static final Ending CRASH = new Ending("KILL", Duration.ZERO);

    Ending by(String name) {
        return new Ending(SignalName.plain(name), grace);
    }

    /** @throws IllegalArgumentException if it is negative */
    Ending within(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException(
                    "grace(" + limit + "): nobody can end before being told. Give zero or more.");
        }
        return new Ending(signal, limit);
    }

    Plan plan(Terrain terrain, Target target, boolean startsAgain) {
        Site site = terrain.site(target);
        return new Plan(
                List.of(new EndedContainer(
                        target.toString(), site.containerId(), site.namespace(), signal, grace, startsAgain)),
                List.of());
    }

    @Override
    public String toString() {
        return equals(STOP) ? "" : " by SIG" + signal + " within " + grace.toMillis() / 1000.0 + " s";
    }
}
