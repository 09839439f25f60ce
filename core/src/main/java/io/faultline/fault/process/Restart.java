package io.faultline.fault.process;

import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.FaultSpec.Timing;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Tells a container to stop, kills it if it does not, and starts it again at once: the shortest time that it can be away.
 * There is nothing to heal. A port that was published on a random port of the host comes back on another: see
 * {@code Faultline.mappedPort}. Immutable.
 */
public final class Restart implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("restart", Options.class, "Restarts a container.")
            .variant("Restart", Needs.dockerSocket(), "as Kill", "nothing to take back", "as Pause")
            .only(Timing.AFTER, Timing.LASTING);

    private final Target target;
    private final StopOptions ending;

    private Restart(Target target, StopOptions ending) {
        this.target = target;
        this.ending = ending;
    }

    /** By its own stop signal (STOPSIGNAL; SIGTERM unless its image or who started it says otherwise), and by SIGKILL after 10 s. */
    public static Restart of(Target target) {
        return new Restart(target, StopOptions.STOP);
    }

    /**
     * By another signal.
     *
     * @param name as {@code SIGINT}, {@code INT} or {@code RTMIN+3}
     * @throws IllegalArgumentException if no signal is called so that ends a process
     */
    public Restart by(String name) {
        return new Restart(target, ending.by(name));
    }

    /**
     * How long it has before SIGKILL ends it.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Restart grace(Duration limit) {
        return new Restart(target, ending.within(limit));
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        return ending.plan(topology, target, true);
    }

    @Override
    public String toString() {
        return "Restart[" + target + ending + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("The signal that tells it to stop; its own stop signal unless set.")
            Optional<String> by,

            @About("How long it has before SIGKILL ends it.") @Default("10s")
            Duration grace)
            implements FaultFactory {

        @Override
        public Fault make() {
            Restart fault = of(target).grace(grace);
            return by.map(fault::by).orElse(fault);
        }
    }
}
