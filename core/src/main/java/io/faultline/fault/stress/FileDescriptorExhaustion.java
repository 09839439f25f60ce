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
 * No process of a container can open another file, socket or pipe: the call fails with EMFILE, as after a leak. What is open
 * stays open; what is closed is not to be had again. Immutable.
 */
public final class FileDescriptorExhaustion implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "file-descriptor-exhaustion", Options.class, "Lets a container's processes open no more files.")
            .variant(
                    "FileDescriptorExhaustion",
                    Needs.kernelWith(Feature.ENGINE_GROUP, Feature.LIMITS),
                    "processes that cannot open another descriptor",
                    "soft limits given back, by a process that outlives the agent",
                    "a look at every process of the container, 20 times a second");

    private final Target target;
    private final int leaving;

    private FileDescriptorExhaustion(Target target, int leaving) {
        this.target = target;
        this.leaving = leaving;
    }

    /** The very next one fails. */
    public static FileDescriptorExhaustion of(Target target) {
        return new FileDescriptorExhaustion(target, 0);
    }

    /**
     * Each process can open so many more.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public FileDescriptorExhaustion leaving(int descriptors) {
        if (descriptors < 0) {
            throw new IllegalArgumentException(
                    this + ".leaving(" + descriptors + ") is negative. Leave it out to let none be opened.");
        }
        return new FileDescriptorExhaustion(target, descriptors);
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
                        target.toString(),
                        topology.onAnyNetwork(target).namespace(),
                        new Stressor.Descriptors(leaving))),
                List.of());
    }

    @Override
    public String toString() {
        return "FileDescriptorExhaustion[" + target + (leaving == 0 ? "" : ", leaving " + leaving) + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("How many each of its processes can still open.") @Default("0")
            int leaving)
            implements FaultFactory {

        @Override
        public Fault make() {
            return FileDescriptorExhaustion.of(target).leaving(leaving);
        }
    }
}
