package io.faultline.fault.stress;

import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;

/**
 * Takes a container's memory within its own limit until a share of it is in use, and gives way when the container takes more
 * itself; or, on request, takes all of it until the kernel kills a process of the container. Immutable.
 *
 * <p>The container needs a memory limit: without one it would be the Docker host's memory that is taken.
 */
public final class MemoryPressure implements Fault {

    private static final Needs OUT_OF_MEMORY = Needs.kernelWith(Feature.MEMORY_GROUP, Feature.ENGINE_GROUP);

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "memory-pressure", Options.class, "Takes memory within a container's own limit.")
            .variant(
                    "MemoryPressure",
                    Needs.kernelWith(Feature.MEMORY_GROUP),
                    "bytes taken, of the container's limit",
                    "given back; the kernel takes them back if the agent dies",
                    "as much memory of the host, within the container's limit")
            .variant(
                    "MemoryPressure, until OOM kill",
                    OUT_OF_MEMORY,
                    "processes that the kernel killed",
                    "marks of the OOM killer taken back by a process that outlives the agent",
                    "as MemoryPressure");

    private static final Stressor.Memory BY_DEFAULT = new Stressor.Memory(900, 0);

    private final Target target;
    private final Stressor stressor;

    private MemoryPressure(Target target, Stressor stressor) {
        this.target = target;
        this.stressor = stressor;
    }

    /** Until nine tenths of its limit are in use. */
    public static MemoryPressure of(Target target) {
        return new MemoryPressure(target, BY_DEFAULT);
    }

    /**
     * Until such a share of its limit is in use, by the container and by us.
     *
     * @param share more than 0 and less than 1, as 0.95
     * @throws IllegalArgumentException if it is not
     */
    public MemoryPressure share(double share) {
        int perMille = (int) Math.round(share * 1000);
        if (perMille < 1 || perMille > 999) {
            throw new IllegalArgumentException(this + ".share(" + share
                    + ") is not between 0 and 1, as 0.95 is. To take all of " + "it, use untilOomKill().");
        }
        return new MemoryPressure(target, new Stressor.Memory(perMille, 0));
    }

    /**
     * Until so much of its limit is left.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public MemoryPressure leaving(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    this + ".leaving(" + bytes + ") leaves nothing. To take all of it, use untilOomKill().");
        }
        return new MemoryPressure(target, new Stressor.Memory(0, bytes));
    }

    /**
     * All of it, so that the kernel kills a process of the container, the largest. That the container dies of it is what
     * is wanted, and spoils no evidence.
     */
    public MemoryPressure untilOomKill() {
        return new MemoryPressure(target, new Stressor.OutOfMemory());
    }

    private Needs needs() {
        return stressor.isFatal() ? OUT_OF_MEMORY : SPEC.needs();
    }

    private String extent() {
        return stressor instanceof Stressor.Memory memory
                ? memory.perMille() > 0 ? memory.perMille() / 10.0 + " %" : "leaving " + memory.leavingBytes() + " B"
                : "until OOM kill";
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        needs().require(topology.kernel(), this);
        return new Plan(
                List.of(new StressedResource(
                        target.toString(), topology.onAnyNetwork(target).namespace(), stressor)),
                List.of());
    }

    @Override
    public String toString() {
        return "MemoryPressure[" + target + ", " + extent() + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("How much of its limit is to be in use.") @Default("0.9")
            double share,

            @About("Whether all of it is taken, until the kernel kills a process of the container.") @Default("false")
            boolean untilOomKill)
            implements FaultFactory {

        @Override
        public Fault make() {
            MemoryPressure fault = of(target);
            return untilOomKill ? fault.untilOomKill() : fault.share(share);
        }
    }
}
