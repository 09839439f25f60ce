package io.faultline.fault;

import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;

/**
 * Tells a container to stop and, if it does not, kills it: a dependency that is deployed again, or whose host is drained.
 * Its clients see whatever it does with their connections. Healing starts it again, as does a rollback container if this JVM cannot;
 * a port that was published on a random port of the host comes back on another: see {@code Faultline.mappedPort}.
 * Immutable.
 *
 * <p>How well it stops is judged by {@code Faultline.terminate}.
 */
public final class Terminate implements Fault {

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
}
