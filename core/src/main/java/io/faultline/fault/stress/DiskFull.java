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
import java.util.Optional;

/**
 * A file system of a container is full: writing to it fails with ENOSPC, and what becomes free is taken at once. Immutable.
 *
 * <p>The path must be on a file system of its own, a tmpfs or a volume: what the Docker host itself lives on is refused unless
 * {@link #atMost} says how much may be taken of it.
 */
public final class DiskFull implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("disk-full", Options.class, "Fills a file system of a container.")
            .variant(
                    "DiskFull",
                    Needs.kernelWith(Feature.ENGINE_GROUP),
                    "bytes taken, of those and what is left",
                    "a file without a name closed; the kernel frees it if the agent dies",
                    "the room itself; of a tmpfs, as much memory of the host");

    private final Target target;
    private final String path;
    private final long leavingBytes;
    private final long atMostBytes;

    private DiskFull(Target target, String path, long leavingBytes, long atMostBytes) {
        this.target = target;
        this.path = path;
        this.leavingBytes = leavingBytes;
        this.atMostBytes = atMostBytes;
    }

    /**
     * The file system on which a directory is.
     *
     * @param path as the container sees it: {@code /data}
     * @throws IllegalArgumentException if it does not begin with a slash
     */
    public static DiskFull of(Target target, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("DiskFull.of(" + target + ", \"" + path
                    + "\"): a path in the container begins with a slash, as /data does.");
        }
        return new DiskFull(target, path, 0, 0);
    }

    /**
     * So much of it stays free at first; what the container then writes is not given back to it.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public DiskFull leaving(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    this + ".leaving(" + bytes + ") is negative. Leave it out to fill all of it.");
        }
        return new DiskFull(target, path, bytes, atMostBytes);
    }

    /**
     * So much may be taken, of whatever file system it is; without this, 1 GiB, and nothing of what the Docker host lives on.
     * A file system that has more to take is refused.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public DiskFull atMost(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    this + ".atMost(" + bytes + ") lets nothing be taken. Give what may be taken, in bytes.");
        }
        return new DiskFull(target, path, leavingBytes, bytes);
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
                        new Stressor.Disk(path, leavingBytes, atMostBytes))),
                List.of());
    }

    @Override
    public String toString() {
        return "DiskFull[" + target + ", " + path + (leavingBytes == 0 ? "" : ", leaving " + leavingBytes + " B")
                + (atMostBytes == 0 ? "" : ", at most " + atMostBytes + " B") + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("A directory on it, as the container sees it.")
            String path,

            @About("How many bytes stay free.") @Default("0")
            long leaving,

            @About("How many bytes may be taken at most.") Optional<Long> atMost)
            implements FaultFactory {

        @Override
        public Fault make() {
            DiskFull fault = of(target, path).leaving(leaving);
            return atMost.map(fault::atMost).orElse(fault);
        }
    }
}
