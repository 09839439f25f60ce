package io.faultline.fault.packet;

import io.faultline.effect.Effect;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Traffic;
import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.ExternalPeers;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.FaultSpec.Timing;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Leg;
import io.faultline.topology.PublishedPort;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Resets TCP connections that are open, once: clients see RST, the target's process ECONNABORTED. New connections are not
 * hindered. Connections that others opened to the target and those that it opened itself are meant alike; loopback inside
 * the container is left alone.
 *
 * <p>On every leg by default, so that a client of a published port, whose connection ends at docker-proxy, sees the reset
 * too. In the container's namespace alone, docker-proxy would pass on an end of stream instead. Needs INET_DIAG_DESTROY in
 * the Docker host's kernel. Immutable.
 */
public final class ResetConnections implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "reset-connections", Options.class, "Resets the TCP connections that a container has now.")
            .variant(
                    "ResetConnections",
                    Needs.kernelWith(Feature.SOCKET_DESTROY),
                    "connections reset, by leg",
                    "nothing to take back",
                    "one look at the socket table a leg")
            .only(Timing.AFTER, Timing.PULSE);

    private final Target target;
    private final Optional<Peers> peers;
    private final Ports ports;
    private final boolean containerLegOnly;

    private ResetConnections(Target target, Optional<Peers> peers, Ports ports, boolean containerLegOnly) {
        this.target = target;
        this.peers = peers;
        this.ports = ports;
        this.containerLegOnly = containerLegOnly;
    }

    /** Resets every connection of the target. */
    public static ResetConnections of(Target target) {
        return new ResetConnections(target, Optional.empty(), Ports.ALL.withTransport("tcp"), false);
    }

    /**
     * Only those to this port of the target; with {@link #towards}, those to this port of the others as well.
     *
     * @throws IllegalArgumentException if there is no such port
     */
    public ResetConnections port(int port) {
        return new ResetConnections(target, peers, ports.withRange(port, port), containerLegOnly);
    }

    /**
     * Only those with these at the other end, in the container's own namespace: of a client of docker-proxy, that is the
     * proxy's address.
     *
     * @param addresses IPv4 or IPv6 addresses, networks as {@code 10.0.0.0/8}, or host names outside Docker as {@code
     *     db.example.com}, which this JVM looks up once, now
     * @throws IllegalArgumentException if one of them is none of that
     */
    public ResetConnections towards(String... addresses) {
        return new ResetConnections(
                target,
                Optional.of(ExternalPeers.peers(addresses)),
                ports.withSide(Ports.Side.EITHER),
                containerLegOnly);
    }

    /** Only in the container's own namespace: clients of docker-proxy then see an end of stream, and no reset. */
    public ResetConnections containerLegOnly() {
        return new ResetConnections(target, peers, ports, true);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        List<Effect> effects = new ArrayList<>();
        List<String> bypasses = new ArrayList<>();
        Traffic traffic = new Traffic(peers.orElse(Peers.everyone()), ports, Flow.BOTH);
        ResolvedTarget resolved = topology.resolved(target);
        for (Leg leg : resolved.legs()) {
            List<PublishedPort> meant = leg.ports().stream()
                    .filter(port -> ports.includesOwn(port.transport(), port.containerPort()))
                    .toList();
            if (leg.kind() == Leg.Kind.CONTAINER) {
                effects.add(destroy(resolved, leg, traffic));
            } else if (!meant.isEmpty() && !containerLegOnly && peers.isEmpty()) {
                // First: a connection that docker-proxy still holds would end in good order.
                effects.add(0, destroy(resolved, new Leg(leg.kind(), leg.namespace(), meant), traffic));
            } else {
                meant.forEach(port -> bypasses.add("docker-proxy holds the client's end at " + port));
            }
        }
        resolved.ports().stream()
                .filter(port -> port.service() == PublishedPort.Service.OUT_OF_REACH)
                .forEach(port ->
                        bypasses.add("the published port " + port + " is served outside the Docker engine's kernel"));
        return new Plan(effects, bypasses);
    }

    private SocketDestroy destroy(ResolvedTarget resolved, Leg leg, Traffic traffic) {
        return new SocketDestroy(target.toString(), leg, resolved.addresses(), traffic);
    }

    @Override
    public String toString() {
        return "ResetConnections[" + target + peers.map(each -> " | " + each).orElse("")
                + ports.range().map(range -> ", " + range).orElse("")
                + (containerLegOnly ? ", container leg only" : "") + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("Only those to this port of the container.")
            Optional<Integer> port,

            @About("Leaves docker-proxy's leg alone, on purpose.") @Default("false")
            boolean containerLegOnly)
            implements FaultFactory {

        @Override
        public Fault make() {
            ResetConnections fault = of(target);
            fault = port.map(fault::port).orElse(fault);
            return containerLegOnly ? fault.containerLegOnly() : fault;
        }
    }
}
