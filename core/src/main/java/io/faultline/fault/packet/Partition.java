package io.faultline.fault.packet;

import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.effect.Traffic;
import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Narrowing;
import io.faultline.fault.Needs;
import io.faultline.fault.NetworkFault;
import io.faultline.fault.NetworkScope;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Cuts targets off until healed: one from everyone, from addresses in the world, or groups of them from each other.
 * Unless asked otherwise, packets of every protocol, IPv4 and IPv6, are dropped in both directions, not refused: clients
 * see timeouts rather than errors, and connections that are open stay open and stall. Loopback inside the container keeps
 * working, and so does Docker's embedded DNS, which answers from there.
 *
 * <p>By default every leg of every route is cut: the container's own namespace and, where docker-proxy serves a
 * published port, that port too. Needs iptables on the Docker host's kernel; the container needs nothing. Immutable.
 */
public final class Partition extends NetworkFault<Partition> {

    private static final Needs REJECTING = Needs.packetFilterAnd(Feature.REJECT);

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "partition", Options.class, "Cuts a container off from everyone, or several from each other.")
            .variant(
                    "Partition",
                    Needs.packetFilterAnd(),
                    "packets dropped or rejected, by leg and direction",
                    "its table or rules removed; the kernel ends them 15 s after the last renewal",
                    "two or three chains a leg, one look-up a packet")
            .variant(
                    "Partition, rejecting",
                    REJECTING,
                    "packets rejected, by leg and direction",
                    "as Partition",
                    "as Partition");

    private final PartitionGroups cuts;
    private final PacketAction action;

    private Partition(PartitionGroups cuts, NetworkScope scope, PacketAction action) {
        super(scope);
        this.cuts = cuts;
        this.action = action;
    }

    private static Partition of(PartitionGroups cuts, Side side) {
        return new Partition(
                cuts, NetworkScope.of(Flow.BOTH).withPorts(Ports.ALL.withSide(side)), new PacketAction.Dropped());
    }

    /** Cuts the target off from everyone. */
    public static Partition of(Target target) {
        return of(PartitionGroups.fromEveryone(target), Side.OWN);
    }

    /**
     * Cuts two targets off from each other, at both ends; each still reaches everyone else.
     *
     * @throws IllegalArgumentException if both are the same
     */
    public static Partition between(Target one, Target other) {
        return groups(List.of(List.of(one), List.of(other)));
    }

    /**
     * Cuts groups of targets off from each other; within a group all still reach each other.
     *
     * @throws IllegalArgumentException if there are less than two groups, an empty one, or a target twice
     */
    public static Partition groups(List<List<Target>> groups) {
        return of(PartitionGroups.between(groups));
    }

    static Partition of(PartitionGroups cuts) {
        return of(cuts, Side.EITHER);
    }

    /** From this other target alone, at both ends, as {@link #between} does. */
    @Override
    public Partition towards(Target peer) {
        requireOne();
        PartitionGroups both = PartitionGroups.between(List.of(cuts.targets(), List.of(peer)));
        return new Partition(both, scope().towardsEveryone(Side.EITHER), action);
    }

    Partition towards(Peers peers) {
        return with(scope().towards(peers));
    }

    /** @throws IllegalArgumentException if it has no first side that this could be about */
    @Override
    protected Partition with(NetworkScope which) {
        if (which.isTowardsSome()) {
            requireOne();
        }
        if (which.flow() != Flow.BOTH && cuts.groups() > 2) {
            throw new IllegalArgumentException(this + " has more than two sides, so there is "
                    + "no single direction. Divide into two groups, or inject one partition for each pair.");
        }
        return new Partition(cuts, which, action);
    }

    private void requireOne() {
        if (!cuts.isFromEveryone()) {
            throw new IllegalArgumentException(
                    this + " is between targets already; use towards(…) with Partition.of, for one target at a time.");
        }
    }

    /** Refuses instead of dropping: with ICMP "port unreachable". New connections are refused, open ones stall. */
    public Partition rejecting() {
        return new Partition(cuts, scope(), new PacketAction.Rejected());
    }

    /** Refuses TCP with a reset, as a host without a listener does: open connections end as well, once they speak. */
    public Partition resetting() {
        return new Partition(cuts, scope(), new PacketAction.Reset());
    }

    @Override
    public List<Target> targets() {
        return cuts.targets();
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        if (!action.isTotal()) {
            REJECTING.require(topology.kernel(), this);
        }
        PacketPlan plan =
                new PacketPlan(this, topology.kernel().packetFilter().orElseThrow(), scope().containerLegOnly());
        List<ResolvedTarget> resolvedTargets =
                targets().stream().map(topology::resolved).toList();
        if (scope().isTowardsSome()) {
            plan.own(resolvedTargets.get(0), traffic(scope().peers(targets().get(0), topology, this)), action);
        } else if (cuts.isFromEveryone()) {
            plan.every(resolvedTargets.get(0), traffic(Peers.everyone()), action);
        } else {
            requireApart(resolvedTargets);
            resolvedTargets.forEach(resolved -> plan.every(resolved, traffic(resolved, topology), action));
        }
        return plan.plan();
    }

    private Traffic traffic(Peers peers) {
        return new Traffic(peers, scope().ports(), scope().flow());
    }

    private Traffic traffic(ResolvedTarget resolved, Topology topology) {
        List<Target> from = cuts.from(resolved.target());
        List<String> addresses = from.stream()
                .flatMap(other -> topology.resolved(other).addresses().stream())
                .toList();
        Flow flow = scope().flow();
        Flow seen = cuts.isFirst(resolved.target()) ? flow : flow.reversed();
        return new Traffic(new Peers(PartitionGroups.names(from), addresses), scope().ports(), seen);
    }

    private void requireApart(List<ResolvedTarget> resolvedTargets) {
        Set<String> ids =
                resolvedTargets.stream().map(ResolvedTarget::containerId).collect(Collectors.toSet());
        if (ids.size() < resolvedTargets.size()) {
            throw new TargetException("Cannot inject " + this + ": two of the names mean the same container " + ids
                    + ", and nothing is between it and itself. Name different containers.");
        }
        for (ResolvedTarget resolved : resolvedTargets) {
            if (resolved.addresses().isEmpty()) { // no addresses would mean everyone
                throw new TargetException("Cannot inject " + this + ": " + resolved.target() + " has no address "
                        + "but loopback (networks: " + resolved.networks()
                        + "), so there is nothing between them to cut. "
                        + "Attach both to one network.");
            }
            List<Target> from = cuts.from(resolved.target());
            List<ResolvedTarget> others = resolvedTargets.stream()
                    .filter(each -> from.contains(each.target()))
                    .toList();
            if (others.stream().allMatch(other -> Collections.disjoint(resolved.networks(), other.networks()))) {
                throw new TargetException("Cannot inject " + this + ": they share no network (" + resolved.target()
                        + " is on " + resolved.networks() + ", "
                        + others.stream()
                                .map(other -> other.target() + " is on " + other.networks())
                                .collect(Collectors.joining(", "))
                        + "), so there is nothing between them to cut. Attach both to one network, or isolate one of "
                        + "them with Partition.of.");
            }
        }
    }

    @Override
    public String toString() {
        return Stream.concat(Stream.of(scope().describe(cuts)), scope().details(Flow.BOTH, refusal()).stream())
                .collect(Collectors.joining(", ", "Partition[", "]"));
    }

    private String[] refusal() {
        if (action.isTotal()) {
            return new String[0];
        }
        return new String[] {action instanceof PacketAction.Reset ? "resetting" : "rejecting"};
    }

    /** What senders are told. */
    public enum Refusal {
        DROP,
        REJECT,
        RESET
    }

    /** What can be written about it. */
    record Options(
            @About("The containers: one is cut off from everyone, several each from the others.")
            List<Target> target,

            Narrowing packets,

            @About("Which way packets go, seen from the container, or from the first of several.") @Default("both")
            Direction direction,

            @About("What senders get.") @Default("drop") Refusal refusal,

            @About("Leaves docker-proxy's leg alone, on purpose.") @Default("false")
            boolean containerLegOnly)
            implements FaultFactory {

        @Override
        public Fault make() {
            Partition fault = target.size() == 1
                    ? of(target.get(0))
                    : groups(target.stream().map(List::of).toList());
            fault = packets.of(fault, direction);
            fault = switch (refusal) {
                case DROP -> fault;
                case REJECT -> fault.rejecting();
                case RESET -> fault.resetting();
            };
            return containerLegOnly ? fault.containerLegOnly() : fault;
        }
    }
}
