package io.faultline.fault.output;

import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;

/**
 * The process that reads a container's output is frozen: Docker's shim, which hangs or was stopped. The pipes behind
 * stdout and stderr are full, and the process that writes the next line waits. Immutable.
 *
 * <p>The same process executes in the container, signals it and reaps it. So {@code docker exec}, {@code stop},
 * {@code kill} and Testcontainers' {@code stop()} hang until it is healed, and then {@code inspect} behind them.
 * {@link BlockedStdout} blocks the same writers and leaves Docker alone: take this one only if Docker's silence belongs to
 * what is to be tested.
 */
public final class FrozenLogReader implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "frozen-log-reader", Options.class, "Freezes the process that reads a container's output.")
            .variant(
                    "FrozenLogReader",
                    Needs.kernelWith(Feature.HOLD, Feature.DESCRIPTORS),
                    "processes that stand in a write to the full pipe",
                    "the reader let go; the kernel lets it go by itself if the agent dies",
                    "up to 128 KiB of marked filler; Docker's calls about the container hang meanwhile");

    private static final List<Integer> STDOUT_AND_STDERR = List.of(1, 2);

    private final Target target;
    private final boolean filled;

    private FrozenLogReader(Target target, boolean filled) {
        this.target = target;
        this.filled = filled;
    }

    /** Of stdout and stderr, which are full at once. */
    public static FrozenLogReader of(Target target) {
        return new FrozenLogReader(target, true);
    }

    /** Nothing is filled: the container itself has to write 64 KiB before it waits. */
    public FrozenLogReader withoutFilling() {
        return new FrozenLogReader(target, false);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        ResolvedTarget resolved = topology.onAnyNetwork(target);
        FreezeReaderAction hold = new FreezeReaderAction(STDOUT_AND_STDERR, filled);
        return new Plan(
                List.of(new FrozenReader(target.toString(), resolved.containerId(), resolved.namespace(), hold)),
                List.of());
    }

    @Override
    public String toString() {
        return "FrozenLogReader[" + target + (filled ? "" : ", not filled") + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("Whether the pipes are filled at once; else the container has to write 64 KiB itself.")
            @Default("true")
            boolean filled)
            implements FaultFactory {

        @Override
        public Fault make() {
            FrozenLogReader fault = of(target);
            return filled ? fault : fault.withoutFilling();
        }
    }
}
