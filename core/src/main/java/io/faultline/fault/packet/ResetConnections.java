package io.faultline.fault.packet;

import io.faultline.effect.Effect;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.effect.Traffic;
import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.FaultSpec.Timing;
import io.faultline.fault.Narrowing;
import io.faultline.fault.Needs;
import io.faultline.fault.NetworkFault;
import io.faultline.fault.NetworkScope;
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
public final class ResetConnections extends NetworkFault<ResetConnections> {

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

    private ResetConnections(Target target, NetworkScope scope) {
        super(scope);
        this.target = target;
    }

    /**
     * Resets every connection of the target. With {@code towards}, those with these at the other end, in the container's own
     * namespace: of a client of docker-proxy, that is the proxy's address. A port is then that of either end.
     */
    public static ResetConnections of(Target target) {
        return new ResetConnections(target, NetworkScope.of(Flow.BOTH).withPorts(Ports.ALL.withTransport("tcp")));
    }

    /** @throws IllegalArgumentException if it is about one direction, or about another protocol than TCP */
    @Override
    protected ResetConnections with(NetworkScope which) {
        if (which.flow() != Flow.BOTH) {
            throw new IllegalArgumentException(
                    "A connection is reset as a whole, not in one direction. Leave the direction out.");
        }
        if (!which.ports().transport().equals(Optional.of("tcp"))) {
            throw new IllegalArgumentException("Only TCP has connections that can be reset. Leave the protocol out.");
        }
        Side side = which.isTowardsSome() ? Side.EITHER : Side.OWN;
        return new ResetConnections(target, which.withPorts(which.ports().withSide(side)));
    }

    @Override
    public List<Target> targets() {
        return scope().targets(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        List<Effect> effects = new ArrayList<>();
        List<String> bypasses = new ArrayList<>();
        Traffic traffic = new Traffic(scope().peers(target, topology, this), scope().ports(), Flow.BOTH);
        ResolvedTarget resolved = topology.resolved(target);
        for (Leg leg : resolved.legs()) {
            List<PublishedPort> meant = leg.ports().stream()
                    .filter(port -> traffic.ports().includesOwn(port.transport(), port.containerPort()))
                    .toList();
            if (leg.kind() == Leg.Kind.CONTAINER) {
                effects.add(destroy(resolved, leg, traffic));
            } else if (!meant.isEmpty() && !scope().containerLegOnly() && !scope().isTowardsSome()) {
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
        return "ResetConnections[" + scope().describe(target)
                + scope().ports().range().map(range -> ", " + range).orElse("")
                + (scope().containerLegOnly() ? ", container leg only" : "") + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("Only those with these addresses and networks at the other end.")
            List<String> towards,

            @About(
                    "Only this port, or range as \"30000-30009\": the container's own, or with towards that of either end.")
            Optional<String> ports,

            @About("Leaves docker-proxy's leg alone, on purpose.") @Default("false")
            boolean containerLegOnly)
            implements FaultFactory {

        @Override
        public Fault make() {
            ResetConnections fault = new Narrowing(towards, ports, Optional.empty()).of(of(target));
            return containerLegOnly ? fault.containerLegOnly() : fault;
        }
    }
}
