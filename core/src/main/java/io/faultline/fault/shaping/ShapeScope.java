package io.faultline.fault.shaping;

import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.Fault;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which packets of a target are shaped.
 *
 * @param other only what goes to and comes from this one
 * @param named only what goes to and comes from these addresses
 */
record ShapeScope(Target target, Optional<Target> other, Optional<Peers> named, Ports ports, Flow flow) {

    static ShapeScope of(Target target, Flow flow) {
        return new ShapeScope(target, Optional.empty(), Optional.empty(), Ports.ALL, flow);
    }

    ShapeScope towards(Target peer) {
        if (peer.reference().equals(target.reference())) {
            throw new IllegalArgumentException("What " + target
                    + " sends to itself goes over loopback, which is left alone. Name another target.");
        }
        return new ShapeScope(target, Optional.of(peer), Optional.empty(), ports.withSide(Side.OTHER), flow);
    }

    ShapeScope towards(Peers peers) {
        return new ShapeScope(target, Optional.empty(), Optional.of(peers), ports.withSide(Side.OTHER), flow);
    }

    ShapeScope with(Ports which) {
        return new ShapeScope(target, other, named, which, flow);
    }

    ShapeScope with(Flow way) {
        return new ShapeScope(target, other, named, ports, way);
    }

    List<Target> targets() {
        return Stream.concat(Stream.of(target), other.stream()).toList();
    }

    /** Who is meant on this topology. */
    Peers peers(Topology topology, Fault fault) {
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
                    + " has no address but loopback " + "(networks: " + resolved.networks()
                    + "), so nothing is sent to it. Attach both to one network.");
        }
        return new Peers(resolved.target().toString(), resolved.addresses());
    }

    /** In words, without the target. */
    List<String> described(Flow usual) {
        List<String> parts = new ArrayList<>();
        if (!ports.equals(Ports.ALL.withSide(ports.side()))) {
            parts.add(ports.toString());
        }
        if (flow != usual) {
            parts.add(flow == Flow.BOTH ? "both ways" : flow == Flow.INTO ? "incoming only" : "outgoing only");
        }
        return parts;
    }

    /** {@code "redis" | "app"}. */
    String who() {
        return target
                + other.map(peer -> " | " + peer).orElse("")
                + named.map(peers -> " | " + peers).orElse("");
    }
}
