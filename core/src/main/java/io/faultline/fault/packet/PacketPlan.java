package io.faultline.fault.packet;

import io.faultline.effect.Effect;
import io.faultline.effect.Peers;
import io.faultline.effect.Traffic;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PublishedPort;
import io.faultline.topology.ResolvedTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules for each leg of targets, and what is left open; refuses what would be half a fault. For one planning. */
final class PacketPlan {

    private final Fault fault;
    private final PacketFilter filter;
    private final boolean containerLegOnly;
    private final List<Effect> effects = new ArrayList<>();
    private final List<String> bypasses = new ArrayList<>();

    PacketPlan(Fault fault, PacketFilter filter, boolean containerLegOnly) {
        this.fault = fault;
        this.filter = filter;
        this.containerLegOnly = containerLegOnly;
    }

    /** What others send to the target's ports and get from there, on every leg that is asked for. */
    void every(ResolvedTarget resolved, Traffic traffic, PacketAction action) {
        requireIpv6(resolved, !containerLegOnly);
        for (Leg leg : resolved.legs()) {
            Leg meant = meant(leg, traffic);
            if (leg.kind() == Leg.Kind.CONTAINER) {
                effects.add(rules(resolved, leg, traffic, action));
            } else if (!meant.ports().isEmpty() && !containerLegOnly) {
                effects.add(rules(resolved, meant, traffic, action));
            } else {
                meant.ports().forEach(port -> bypasses.add("docker-proxy answers at " + port));
            }
        }
        for (PublishedPort port : resolved.ports()) {
            if (port.service() == PublishedPort.Service.OUT_OF_REACH) {
                if (!containerLegOnly) {
                    throw outOfReach(port);
                }
                bypasses.add("the published port " + port + " is served outside the Docker engine's kernel");
            }
        }
    }

    /** What the target itself sends out into the world and gets from there. */
    void own(ResolvedTarget resolved, Traffic traffic, PacketAction action) {
        requireIpv6(resolved, false);
        requireIpv6(traffic.peers());
        resolved.legs().stream()
                .filter(leg -> leg.kind() == Leg.Kind.CONTAINER)
                .forEach(leg -> effects.add(rules(resolved, leg, traffic, action)));
    }

    Plan plan() {
        return new Plan(effects, bypasses);
    }

    private PacketRules rules(ResolvedTarget resolved, Leg leg, Traffic traffic, PacketAction action) {
        return new PacketRules(resolved.target().toString(), leg, filter, traffic, action, resolved.hasIpv6());
    }

    /** The leg with those of its ports that lead to what the traffic is about. */
    private static Leg meant(Leg leg, Traffic traffic) {
        return new Leg(
                leg.kind(),
                leg.namespace(),
                leg.ports().stream()
                        .filter(port -> traffic.ports().includesOwn(port.transport(), port.containerPort()))
                        .toList());
    }

    private void requireIpv6(ResolvedTarget resolved, boolean everyLeg) {
        if (filter.ipv6()) {
            return;
        }
        if (resolved.hasIpv6()) {
            throw new ImpossibleFaultException(
                    "Cannot inject " + fault + ": " + resolved.target() + " has IPv6 addresses ("
                            + resolved.addresses()
                            + ") but ip6tables does not work on this kernel, so IPv6 would get around the "
                            + "fault. Load the ip6_tables module, or use a network without IPv6.");
        }
        Optional<PublishedPort> overIpv6 =
                resolved.ports().stream().filter(PublishedPort::isIpv6).findFirst();
        if (overIpv6.isPresent() && everyLeg) {
            throw new ImpossibleFaultException("Cannot inject " + fault + " on every leg: the published port "
                    + overIpv6.get()
                    + " is served over IPv6, but ip6tables does not work on this kernel, so a client of "
                    + "it would keep its connection. Load the ip6_tables module, publish the port on an IPv4 address "
                    + "alone, or ask for containerLegOnly().");
        }
    }

    private void requireIpv6(Peers peers) {
        if (peers.hasIpv6() && !filter.ipv6()) {
            throw new ImpossibleFaultException(
                    "Cannot inject " + fault + ": ip6tables does not work on this kernel, so "
                            + "what goes over IPv6 would get around the fault. Load the ip6_tables module, or name IPv4 "
                            + "addresses alone.");
        }
    }

    private ImpossibleFaultException outOfReach(PublishedPort port) {
        return new ImpossibleFaultException("Cannot inject " + fault + " on every leg: the published port " + port
                + " is served outside the Docker engine's kernel (Docker Desktop, or a rootless port driver), so a client "
                + "on the host would keep its connection. Run the client in a container on the same network, or ask for "
                + "containerLegOnly().");
    }
}
