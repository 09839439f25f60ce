package io.faultline.fault.stress;

import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;

/**
 * Takes a container's CPU time: processes that do nothing but compute compete with its own, within its own share and limit, as
 * a neighbour in the same cgroup would. Immutable.
 */
public final class CpuStress implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "cpu-stress", Options.class, "Takes CPU time within a container's own limits.")
            .variant(
                    "CpuStress",
                    Needs.kernelWith(Feature.CPU_GROUP),
                    "milliseconds of CPU time taken, of all that the container used",
                    "processes ended; the kernel ends them if the agent dies",
                    "the container's share of the host's CPUs, all of them if it has no limit");

    private final Target target;
    private final int workers;

    private CpuStress(Target target, int workers) {
        this.target = target;
        this.workers = workers;
    }

    /** With as many processes as the container can run at a time, by its limit and the CPUs that it may use. */
    public static CpuStress of(Target target) {
        return new CpuStress(target, 0);
    }

    /**
     * With so many processes. Against {@code n} of them, a container with one busy thread is left one part of {@code n + 1} of
     * what it has.
     *
     * @param number 1 to 64
     * @throws IllegalArgumentException if it is another
     */
    public CpuStress workers(int number) {
        if (number < 1 || number > 64) {
            throw new IllegalArgumentException(this + ".workers(" + number
                    + ") is not from 1 to 64. Leave it out for as many as the container has CPUs.");
        }
        return new CpuStress(target, number);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        return new Plan(
                List.of(new StressedResource(
                        target.toString(), topology.onAnyNetwork(target).namespace(), new Stressor.Cpu(workers))),
                List.of());
    }

    @Override
    public String toString() {
        return "CpuStress[" + target + (workers == 0 ? "" : ", " + workers + (workers == 1 ? " worker" : " workers"))
                + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("How many processes take it; as many as the container can run at a time if it is left out.")
            Optional<Integer> workers)
            implements FaultFactory {

        @Override
        public Fault make() {
            CpuStress fault = of(target);
            return workers.map(fault::workers).orElse(fault);
        }
    }
}
