package io.faultline.fault.process;

import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Tells a container to stop and, if it does not, kills it: a dependency that is deployed again, or whose host is drained.
 * Its clients see whatever it does with their connections. Healing starts it again, as does a rollback container if this JVM cannot;
 * a port that was published on a random port of the host comes back on another: see {@code Faultline.mappedPort}.
 * Immutable.
 *
 * <p>How well it stops is judged by {@code Faultline.terminate}.
 */
public final class Terminate implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "terminate", Options.class, "Stops a container as Docker does, and starts it again when healed.")
            .variant("Terminate", Needs.dockerSocket(), "as Kill", "as Kill", "as Pause");

    private final Target target;
    private final StopOptions ending;

    private Terminate(Target target, StopOptions ending) {
        this.target = target;
        this.ending = ending;
    }

    /** By its own stop signal (STOPSIGNAL; SIGTERM unless its image or who started it says otherwise), and by SIGKILL after 10 s. */
    public static Terminate of(Target target) {
        return new Terminate(target, StopOptions.STOP);
    }

    /**
     * By another signal.
     *
     * @param name as {@code SIGINT}, {@code INT} or {@code RTMIN+3}
     * @throws IllegalArgumentException if no signal is called so that ends a process
     */
    public Terminate by(String name) {
        return new Terminate(target, ending.by(name));
    }

    /**
     * How long it has before SIGKILL ends it.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Terminate grace(Duration limit) {
        return new Terminate(target, ending.within(limit));
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        return ending.plan(topology, target, false);
    }

    @Override
    public String toString() {
        return "Terminate[" + target + ending + "]";
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
            Terminate fault = of(target).grace(grace);
            return by.map(fault::by).orElse(fault);
        }
    }
}
