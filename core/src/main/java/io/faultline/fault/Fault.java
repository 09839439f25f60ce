package io.faultline.fault;

import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.List;

/**
 * Something that goes wrong. Implement this as an immutable record to add a fault of your own: the plan is all that a
 * fault has to say, and everything else (recording the undo, applying, proving, healing) is done for it.
 *
 * <p>{@code toString()} is what errors and reports call the fault: {@code Partition["redis"]}.
 */
public interface Fault {

    /** Every target that {@link #plan} asks the topology for; at least one. */
    List<Target> targets();

    /**
     * Plans this fault on a topology. Pure: the same topology gives the same plan, and nothing is touched.
     *
     * @throws ImpossibleFaultException if this machine cannot carry the fault, or only a part of it
     * @throws io.faultline.topology.TargetException if these targets make no sense for it
     */
    Plan plan(Topology topology);

    /** When it does its harm. */
    default Schedule schedule() {
        return Schedule.NOW;
    }

    /** The same, prepared at once, but harmless for this long. */
    default Fault after(Duration wait) {
        return ScheduledFault.of(this, schedule().startingAfter(wait));
    }

    /** The same, healed by itself this long after its harm began, also if that is longer than the default maximum. */
    default Fault lasting(Duration time) {
        return ScheduledFault.of(this, schedule().lastingFor(time));
    }

    /** The same, with harm for some time, none for some time, and again, until it is healed. */
    default Fault pulse(Duration on, Duration off) {
        return ScheduledFault.of(this, schedule().pulsing(new Schedule.Pulse(on, off)));
    }
}
