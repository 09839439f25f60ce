package io.faultline.fault.output;

import io.faultline.effect.UnreadOutput;
import io.faultline.effect.UnreadOutput.Stream;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Nobody reads what a container writes to its standard output: the pipe behind it is full, and the process that
 * writes the next line waits, often with a lock in its hand. So it is when the log's collector hangs or the disk of the log is full.
 * Immutable.
 *
 * <p>The pipe and Docker's buffers behind it, 2 to 5 MB, are filled at once with lines that begin with {@code faultline:}
 * and are in the container's log once it is healed.
 */
public final class BlockedStdout implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "blocked-stdout",
                    Options.class,
                    "Lets nobody read what a container writes to its output, so that it waits.")
            .variant(
                    "BlockedStdout",
                    Needs.kernelWith(Feature.DESCRIPTORS),
                    "processes that stand in a write to the full pipe",
                    "the unread stream closed; Docker closes it by itself if the JVM dies",
                    "one attach stream, 2 to 5 MB of marked filler in the container's log");

    private final Target target;
    private final Set<Stream> streams;
    private final boolean filled;

    private BlockedStdout(Target target, Set<Stream> streams, boolean filled) {
        this.target = target;
        this.streams = streams;
        this.filled = filled;
    }

    /** Standard output, full at once. */
    public static BlockedStdout of(Target target) {
        return new BlockedStdout(target, EnumSet.of(Stream.STDOUT), true);
    }

    /** Standard error too. */
    public BlockedStdout andStderr() {
        return new BlockedStdout(target, EnumSet.allOf(Stream.class), filled);
    }

    /** Standard error alone. */
    public BlockedStdout stderrOnly() {
        return new BlockedStdout(target, EnumSet.of(Stream.STDERR), filled);
    }

    /** Nothing is filled: the container itself has to write 2 to 5 MB before it waits. */
    public BlockedStdout withoutFilling() {
        return new BlockedStdout(target, streams, false);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        ResolvedTarget resolved = topology.onAnyNetwork(target);
        return new Plan(
                List.of(new UnreadOutput(target.toString(), resolved.containerId(), resolved.pid(), streams, filled)),
                List.of());
    }

    @Override
    public String toString() {
        String which = streams.equals(EnumSet.of(Stream.STDOUT))
                ? ""
                : streams.stream().map(Stream::toString).collect(Collectors.joining(" and ", ", ", ""));
        return "BlockedStdout[" + target + which + (filled ? "" : ", not filled") + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("Standard error too.") @Default("false") boolean andStderr,

            @About("Whether the pipe is filled at once; else the container has to write 2 to 5 MB before it waits.")
            @Default("true")
            boolean filled)
            implements FaultFactory {

        @Override
        public Fault make() {
            BlockedStdout fault = of(target);
            fault = andStderr ? fault.andStderr() : fault;
            return filled ? fault : fault.withoutFilling();
        }
    }
}
