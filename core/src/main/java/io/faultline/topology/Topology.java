package io.faultline.topology;

import java.util.List;
import java.util.stream.Stream;

/**
 * What was found out about the targets of one fault, before touching them.
 *
 * @param streams the ways to these targets through a proxy of ours that are open
 */
public record Topology(List<ResolvedTarget> resolvedTargets, KernelFeatures kernel, List<StreamRoute> streams) {

    public Topology {
        resolvedTargets = List.copyOf(resolvedTargets);
        streams = List.copyOf(streams);
    }

    /** Without a way through a proxy of ours. */
    public Topology(List<ResolvedTarget> resolvedTargets, KernelFeatures kernel) {
        this(resolvedTargets, kernel, List.of());
    }

    /** With those of these ways that lead to its targets. */
    public Topology with(List<StreamRoute> routes) {
        return new Topology(
                resolvedTargets,
                kernel,
                routes.stream()
                        .filter(route -> resolvedTargets.stream()
                                .anyMatch(resolved -> resolved.containerId().equals(route.containerId())))
                        .toList());
    }

    /** The open ways to one of the targets through a proxy of ours. */
    public List<StreamRoute> streamsTo(Target target) {
        String containerId = onAnyNetwork(target).containerId();
        return streams.stream()
                .filter(route -> route.containerId().equals(containerId))
                .toList();
    }

    /**
     * Where the packets of a TCP connection to one of the targets enter its route; empty if it leads to none.
     *
     * @param address the address that the client connected to, a literal without brackets
     * @param port likewise
     */
    public Stream<Hop> firstHops(String address, int port) {
        return Stream.concat(
                resolvedTargets.stream().flatMap(resolved -> resolved.firstHop(address, port).stream()),
                streams.stream()
                        .filter(route -> route.isTakenBy(address, port))
                        .map(route -> new Hop(Leg.Kind.STREAM, route.targetPort())));
    }

    /**
     * What was found out about one of the targets, whose network is its own.
     *
     * @throws IllegalArgumentException if the topology was read for other targets
     * @throws TargetException if it is in another container's network namespace, or the host's: a fault there hits all of them
     */
    public ResolvedTarget resolved(Target target) {
        ResolvedTarget resolved = onAnyNetwork(target);
        resolved.networkMode().requireOwn(target);
        return resolved;
    }

    /**
     * The same of a target that may share its network with others, for faults that are not about the network: a fault that plans
     * with it must leave the namespace alone.
     *
     * @throws IllegalArgumentException if the topology was read for other targets
     */
    public ResolvedTarget onAnyNetwork(Target target) {
        return resolvedTargets.stream()
                .filter(resolved -> resolved.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The topology was not read for " + target
                        + ". A fault's targets() must name every target that its plan asks for."));
    }
}
