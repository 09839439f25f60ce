package io.faultline.fault.process;

import io.faultline.effect.SignalName;
import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.FaultSpec.Timing;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Sends a signal to a container's first process, or to processes in it by their name: SIGHUP to reload, SIGKILL to one
 * worker of several. Sent by the agent, so also while Docker does not answer. It is over when it is sent; a pulse sends it
 * again and again. Who ends by it is not started again: {@link Kill} and {@link Terminate} do that. Immutable.
 *
 * <p>Its evidence are the processes that handled the signal, or ended of it: what ignores a signal was not harmed by it.
 */
public final class Signal implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("signal", Options.class, "Sends a signal to a container's processes.")
            .variant(
                    "Signal",
                    Needs.kernelWith(),
                    "processes that handled the signal, or ended of it",
                    "nothing to take back",
                    "nothing")
            .only(Timing.AFTER, Timing.PULSE);

    private final Target target;
    private final SignalAction send;

    private Signal(Target target, SignalAction send) {
        this.target = target;
        this.send = send;
    }

    /**
     * To the first process.
     *
     * @param name as {@code SIGHUP} or {@code HUP}
     * @throws IllegalArgumentException if no signal is called so, or if it stops processes, which {@link Freeze} does
     */
    public static Signal of(Target target, String name) {
        return new Signal(target, new SignalAction(SignalName.plain(name), List.of()));
    }

    /**
     * To all processes of these names instead.
     *
     * @param names as {@code ps -o comm} or the first word of the command line calls them: {@code redis-server}
     * @throws IllegalArgumentException if none is named
     */
    public Signal processes(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException(
                    this + ".processes() names none. Name at least one, or leave it out to signal the first process.");
        }
        return new Signal(target, new SignalAction(send.signal(), List.of(names)));
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    /** @throws ImpossibleFaultException if it is SIGKILL for the first process, which Kill does and takes back */
    @Override
    public Plan plan(Topology topology) {
        ResolvedTarget resolved = topology.onAnyNetwork(target);
        if (send.signal().equals("KILL") && send.names().isEmpty()) {
            throw new ImpossibleFaultException(
                    "Cannot inject " + this + ": it would end the container, and nobody would "
                            + "start it again. Use Kill.of(...), which does; or name processes(...) in it.");
        }
        return new Plan(List.of(new SignalEffect(target.toString(), resolved.namespace(), send)), List.of());
    }

    @Override
    public String toString() {
        return send.names().stream()
                .collect(Collectors.joining(
                        ", ",
                        "Signal[SIG" + send.signal() + " to " + target
                                + (send.names().isEmpty() ? "" : ": "),
                        "]"));
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("As \"SIGHUP\".") String signal,

            @About("Only to processes of these names, and not to the first one.")
            List<String> processes)
            implements FaultFactory {

        @Override
        public Fault make() {
            Signal fault = of(target, signal);
            return processes.isEmpty() ? fault : fault.processes(processes.toArray(String[]::new));
        }
    }
}
