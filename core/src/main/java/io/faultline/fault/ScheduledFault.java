package io.faultline.fault;

import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;

/** A fault with a schedule of its own: what {@link Fault#after}, {@link Fault#lasting} and {@link Fault#pulse} give. */
record ScheduledFault(Fault fault, Schedule schedule) implements Fault {

    /** Not one around another: a fault has one schedule. */
    static ScheduledFault of(Fault fault, Schedule schedule) {
        return new ScheduledFault(fault instanceof ScheduledFault timed ? timed.fault() : fault, schedule);
    }

    @Override
    public List<Target> targets() {
        return fault.targets();
    }

    @Override
    public Plan plan(Topology topology) {
        return fault.plan(topology);
    }

    @Override
    public String toString() {
        return fault + " " + schedule;
    }
}
