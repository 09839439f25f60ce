package io.faultline.fault;

import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which packets of a target a {@link NetworkFault} is about. Immutable.
 *
 * @param other only what goes to and comes from this one
 * @param named only what goes to and comes from these addresses
 * @param containerLegOnly whether docker-proxy's leg is left alone
 */
public record NetworkScope(
        Optional<Target> other, Optional<Peers> named, Ports ports, Flow flow, boolean containerLegOnly) {

    /** All packets in this direction. */
    public static NetworkScope of(Flow flow) {
        return new NetworkScope(Optional.empty(), Optional.empty(), Ports.ALL, flow, false);
    }

    /** Only those between the target and another, whose ports are meant from now on. */
    public NetworkScope towards(Target peer) {
        return new NetworkScope(
                Optional.of(peer), Optional.empty(), ports.withSide(Side.OTHER), flow, containerLegOnly);
    }

    /** Only those between the target and these, whose ports are meant from now on. */
    public NetworkScope towards(Peers peers) {
        return new NetworkScope(
                Optional.empty(), Optional.of(peers), ports.withSide(Side.OTHER), flow, containerLegOnly);
    }

    /** Whatever is at the other end, and the ports of this side. */
    public NetworkScope towardsEveryone(Side side) {
        return new NetworkScope(Optional.empty(), Optional.empty(), ports.withSide(side), flow, containerLegOnly);
    }

    public NetworkScope withPorts(Ports which) {
        return new NetworkScope(other, named, which, flow, containerLegOnly);
    }

    public NetworkScope withFlow(Flow way) {
        return new NetworkScope(other, named, ports, way, containerLegOnly);
    }

    public NetworkScope onContainerLegOnly() {
        return new NetworkScope(other, named, ports, flow, true);
    }

    /** Whether it is about what the target itself sends to some and gets from there. */
    public boolean isTowardsSome() {
        return other.isPresent() || named.isPresent();
    }

    /** The target and the other one, if there is one. */
    public List<Target> targets(Target target) {
        return Stream.concat(Stream.of(target), other.stream()).toList();
    }

    /**
     * At the other end of the target's packets on this topology.
     *
     * @throws TargetException if the other target is the same container, or has no address
     */
    public Peers peers(Target target, Topology topology, Fault fault) {
        if (other.isEmpty()) {
            return named.orElse(Peers.everyone());
        }
        ResolvedTarget resolved = topology.resolved(other.get());
        if (resolved.containerId().equals(topology.resolved(target).containerId())) {
            throw new TargetException(
                    "Cannot inject " + fault + ": both names mean the same container (" + resolved.containerId()
                            + "), and what it sends to itself is left alone. Name two different containers.");
        }
        if (resolved.addresses().isEmpty()) { // no addresses would mean everyone
            throw new TargetException("Cannot inject " + fault + ": " + resolved.target()
                    + " has no address but loopback (networks: " + resolved.networks()
                    + "), so nothing is sent to it. Attach both to one network.");
        }
        return new Peers(resolved.target().toString(), resolved.addresses());
    }

    /** The target and who is at the other end, as {@code "redis" | "app"}. */
    public String describe(Object target) {
        return target
                + other.map(peer -> " | " + peer).orElse("")
                + named.map(peers -> " | " + peers).orElse("");
    }

    /**
     * The rest in words, for the name of the fault.
     *
     * @param usual the direction that goes without saying
     * @param more what else there is to say, before the leg
     */
    public List<String> details(Flow usual, String... more) {
        List<String> parts = new ArrayList<>();
        if (!ports.equals(Ports.ALL.withSide(ports.side()))) {
            parts.add(ports.toString());
        }
        if (flow != usual) {
            parts.add(flow == Flow.BOTH ? "both ways" : flow == Flow.INTO ? "incoming only" : "outgoing only");
        }
        parts.addAll(List.of(more));
        if (containerLegOnly) {
            parts.add("container leg only");
        }
        return parts;
    }
}
