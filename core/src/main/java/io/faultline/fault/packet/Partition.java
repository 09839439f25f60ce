package io.faultline.fault.packet;

import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.effect.Traffic;
import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.ExternalPeers;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cuts targets off until healed: one from everyone, from addresses in the world, or groups of them from each other.
 * Unless asked otherwise, packets of every protocol, IPv4 and IPv6, are dropped in both directions, not refused: clients
 * see timeouts rather than errors, and connections that are open stay open and stall. Loopback inside the container keeps
 * working, and so does Docker's embedded DNS, which answers from there.
 *
 * <p>By default every leg of every route is cut: the container's own namespace and, where docker-proxy serves a
 * published port, that port too. Needs iptables on the Docker host's kernel; the container needs nothing. Immutable.
 */
public final class Partition implements Fault {

    private static final Needs REJECTING = Needs.packetFilterAnd(Feature.REJECT);

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "partition", Options.class, "Cuts a container off from everyone, or several from each other.")
            .variant(
                    "Partition",
                    Needs.packetFilterAnd(),
                    "packets dropped or rejected, by leg and direction",
                    "rules removed by name; the kernel ends them 15 s after the last renewal",
                    "two or three chains a leg")
            .variant(
                    "Partition, rejecting",
                    REJECTING,
                    "packets rejected, by leg and direction",
                    "as Partition",
                    "as Partition");

    private final PartitionGroups cuts;
    private final Optional<Peers> outside;
    private final Ports ports;
    private final Flow flow;
    private final PacketAction action;
    private final boolean containerLegOnly;

    private Partition(
            PartitionGroups cuts,
            Optional<Peers> outside,
            Ports ports,
            Flow flow,
            PacketAction action,
            boolean containerLegOnly) {
        this.cuts = cuts;
        this.outside = outside;
        this.ports = ports;
        this.flow = flow;
        this.action = action;
        this.containerLegOnly = containerLegOnly;
    }

    private Partition(PartitionGroups cuts, Side side) {
        this(cuts, Optional.empty(), Ports.ALL.withSide(side), Flow.BOTH, new PacketAction.Dropped(), false);
    }

    /** Cuts the target off from everyone. */
    public static Partition of(Target target) {
        return new Partition(PartitionGroups.fromEveryone(target), Side.OWN);
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
        return new Partition(cuts, Side.EITHER);
    }

    /**
     * Cuts the target off from a part of the world only: what it connects to, in Docker or outside. Ports are then the
     * others' ports.
     *
     * @param peers IPv4 or IPv6 addresses, networks as {@code 10.0.0.0/8}, or host names outside Docker as {@code
     *     db.example.com}, which this JVM looks up once, now
     * @throws IllegalArgumentException if one of them is none of that, or if this partition is between targets
     */
    public Partition towards(String... peers) {
        return towards(ExternalPeers.peers(peers));
    }

    Partition towards(Peers peers) {
        if (!cuts.isFromEveryone()) {
            throw new IllegalArgumentException(
                    this + " is between targets already; use towards(…) with Partition.of, for one target at a time.");
        }
        return new Partition(cuts, Optional.of(peers), ports.withSide(Side.OTHER), flow, action, containerLegOnly);
    }

    /**
     * Only what leads to this port: the target's own, with {@link #towards} the other's, between targets either's.
     *
     * @throws IllegalArgumentException if there is no such port
     */
    public Partition port(int port) {
        return ports(port, port);
    }

    /**
     * Only what leads to these ports, both included. A protocol with a second port for its data then has a control
     * connection that works and a data connection that hangs.
     *
     * @throws IllegalArgumentException if there is no such range
     */
    public Partition ports(int first, int last) {
        return with(ports.withRange(first, last));
    }

    /**
     * Only this protocol.
     *
     * @param name {@code tcp}, {@code udp}, {@code sctp} or {@code icmp}, which means that of IPv6 too
     * @throws IllegalArgumentException if it is none of these
     */
    public Partition protocol(String name) {
        return with(ports.withTransport(name));
    }

    /** One way: only what the target, or the first group, would receive is lost; what it sends arrives. */
    public Partition incomingOnly() {
        return with(Flow.INTO);
    }

    /** One way: only what the target, or the first group, sends is lost; what is sent to it arrives. */
    public Partition outgoingOnly() {
        return with(Flow.OUT_OF);
    }

    /** Refuses instead of dropping: with ICMP "port unreachable". New connections are refused, open ones stall. */
    public Partition rejecting() {
        return with(new PacketAction.Rejected());
    }

    /** Refuses TCP with a reset, as a host without a listener does: open connections end as well, once they speak. */
    public Partition resetting() {
        return with(new PacketAction.Reset());
    }

    /**
     * The same partition in the containers' own namespaces alone. A client of a published port then keeps its connection
     * to docker-proxy, which answers its keepalives: useful to reproduce that trap, and misleading for anything else.
     */
    public Partition containerLegOnly() {
        return new Partition(cuts, outside, ports, flow, action, true);
    }

    private Partition with(Ports which) {
        return new Partition(cuts, outside, which, flow, action, containerLegOnly);
    }

    private Partition with(Flow which) {
        if (cuts.groups() > 2) {
            throw new IllegalArgumentException(this + " has more than two sides, so there is "
                    + "no single direction. Divide into two groups, or inject one partition for each pair.");
        }
        return new Partition(cuts, outside, ports, which, action, containerLegOnly);
    }

    private Partition with(PacketAction which) {
        return new Partition(cuts, outside, ports, flow, which, containerLegOnly);
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
        PacketPlan plan = new PacketPlan(this, topology.kernel().packetFilter().orElseThrow(), containerLegOnly);
        List<ResolvedTarget> resolvedTargets =
                targets().stream().map(topology::resolved).toList();
        if (outside.isPresent()) {
            plan.own(resolvedTargets.get(0), new Traffic(outside.get(), ports, flow), action);
        } else if (cuts.isFromEveryone()) {
            plan.every(resolvedTargets.get(0), new Traffic(Peers.everyone(), ports, flow), action);
        } else {
            requireApart(resolvedTargets);
            resolvedTargets.forEach(resolved -> plan.every(resolved, traffic(resolved, topology), action));
        }
        return plan.plan();
    }

    private Traffic traffic(ResolvedTarget resolved, Topology topology) {
        List<Target> from = cuts.from(resolved.target());
        List<String> addresses = from.stream()
                .flatMap(other -> topology.resolved(other).addresses().stream())
                .toList();
        Flow seen = flow == Flow.BOTH || cuts.isFirst(resolved.target()) ? flow : flow.reversed();
        return new Traffic(new Peers(PartitionGroups.names(from), addresses), ports, seen);
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
        List<String> parts = new ArrayList<>(
                List.of(cuts + outside.map(peers -> " | " + peers).orElse("")));
        if (!ports.equals(Ports.ALL.withSide(ports.side()))) {
            parts.add(ports.toString());
        }
        if (flow != Flow.BOTH) {
            parts.add(flow == Flow.INTO ? "incoming only" : "outgoing only");
        }
        if (!action.isTotal()) {
            parts.add(action instanceof PacketAction.Reset ? "resetting" : "rejecting");
        }
        if (containerLegOnly) {
            parts.add("container leg only");
        }
        return "Partition[" + String.join(", ", parts) + "]";
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

            @About("Addresses and networks that the only one is cut off from, instead of everyone.")
            List<String> towards,

            @About("Only this port, or range as \"30000-30009\".")
            Optional<String> ports,

            @About("Only this protocol.") Optional<String> protocol,

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
            fault = towards.isEmpty() ? fault : fault.towards(towards.toArray(String[]::new));
            fault = protocol.map(fault::protocol).orElse(fault);
            fault = ports.isPresent() ? atPorts(fault, ports.get()) : fault;
            fault = direction.of(fault, Partition::incomingOnly, Partition::outgoingOnly);
            fault = switch (refusal) {
                case DROP -> fault;
                case REJECT -> fault.rejecting();
                case RESET -> fault.resetting();
            };
            return containerLegOnly ? fault.containerLegOnly() : fault;
        }

        private static Partition atPorts(Partition fault, String text) {
            try {
                String[] ends = text.split("-", 2);
                return fault.ports(Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[ends.length - 1].strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "Invalid ports \"" + text + "\": write them as \"6379\" or \"30000-30009\".", e);
            }
        }
    }
}
