package io.faultline.fault.shaping;

import io.faultline.fault.About;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Plan;
import io.faultline.fault.packet.PacketLoss;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a target behind a bad link until healed: its rates down and up, its delay, half of it each way, and its loss, all at
 * once. Needs what {@link Latency}, {@link Bandwidth} and {@link PacketLoss} need. Immutable.
 */
public final class Link implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC =
            FaultSpec.of("link", Options.class, "Makes a container's link as bad as a known kind of line.");

    private final Target target;
    private final LinkProfile profile;

    private Link(Target target, LinkProfile profile) {
        this.target = target;
        this.profile = profile;
    }

    /** The target sees the link as the device at its end: what it receives comes down, what it sends goes up. */
    public static Link of(Target target, LinkProfile profile) {
        return new Link(target, profile);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        List<Fault> parts = new ArrayList<>(List.of(
                Latency.of(target, profile.roundTrip()).bothWays(),
                Bandwidth.of(target, profile.down()).incomingOnly(),
                Bandwidth.of(target, profile.up()).outgoingOnly()));
        if (profile.lossPercent() > 0) {
            // On the container's leg, where the rest of the link is: at docker-proxy's it would be lost twice.
            parts.add(PacketLoss.random(target, profile.lossPercent()).containerLegOnly());
        }
        Plan plan = CompositeFault.of(parts.toArray(Fault[]::new)).plan(topology);
        // That docker-proxy answers a client by itself is so of every shape, and no way around it: the data are late.
        return new Plan(plan.effects(), List.of());
    }

    @Override
    public String toString() {
        return "Link[" + target + ", " + profile + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("Which line.") LinkProfile profile) implements FaultFactory {

        @Override
        public Fault make() {
            return Link.of(target, profile);
        }
    }
}
