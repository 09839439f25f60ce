package io.faultline.fault.shaping;

import io.faultline.effect.Count.Direction;
import io.faultline.effect.Effect;
import io.faultline.effect.Peers;
import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Needs;
import io.faultline.fault.NetworkFault;
import io.faultline.fault.NetworkScope;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the faults that make a link worse have in common: they shape the traffic of every interface of the target but
 * loopback, IPv4 and IPv6 alike. Multicast, ARP and IPv6's finding of neighbours are left alone. To have several at once on
 * one target, inject them as one: {@link CompositeFault}.
 *
 * <p>Packets between docker-proxy and the target are shaped, those between a client and docker-proxy are not: a client of a
 * published port sees its data come late, but its handshake and its keepalives are answered at once. Immutable.
 *
 * @param <F> the fault itself
 */
public abstract sealed class Shaping<F extends Shaping<F>> extends NetworkFault<F>
        permits Bandwidth, Corrupt, Duplicate, Latency, Reorder {

    private final Needs needs;
    private final Target target;
    private final Flow usual;

    Shaping(Needs needs, Target target, NetworkScope scope, Flow usual) {
        super(scope);
        this.needs = needs;
        this.target = target;
        this.usual = usual;
    }

    /** What happens to the packets of a direction. */
    abstract Impairment impairment();

    /** How much of it, in words. */
    String amount() {
        return impairment().amount();
    }

    Target target() {
        return target;
    }

    @Override
    public List<Target> targets() {
        return scope().targets(target);
    }

    @Override
    public Plan plan(Topology topology) {
        needs.require(topology.kernel(), this);
        boolean arriving = scope().flow() != Flow.OUT_OF;
        if (arriving && !topology.kernel().has(Feature.INGRESS)) {
            throw new ImpossibleFaultException(
                    "Cannot inject " + this + ": the kernel ("
                            + topology.kernel().release() + ") has no " + Feature.INGRESS.kernelName()
                            + ", so what arrives cannot be shaped. Load the modules, or shape what leaves alone: outgoingOnly().");
        }
        ResolvedTarget resolved = topology.resolved(target);
        Peers peers = scope().peers(target, topology, this);
        TrafficClass shape = new TrafficClass(peers, scope().ports(), LinkImpairments.of(impairment()));
        List<Effect> effects = new ArrayList<>();
        for (NetworkInterface each : interfaces(resolved)) {
            for (Direction direction : directions()) {
                requireOurs(resolved, each, direction);
                effects.add(new TrafficShape(
                        resolved.target().toString(), resolved.namespace(), each, direction, List.of(shape)));
            }
        }
        return new Plan(effects, List.of());
    }

    private List<Direction> directions() {
        return switch (scope().flow()) {
            case BOTH -> List.of(Direction.OUT, Direction.IN);
            case OUT_OF -> List.of(Direction.OUT);
            case INTO -> List.of(Direction.IN);
        };
    }

    private List<NetworkInterface> interfaces(ResolvedTarget resolved) {
        List<NetworkInterface> found = resolved.interfaces().stream()
                .filter(each -> !each.isLoopback() && !each.addresses().isEmpty())
                .toList();
        if (found.isEmpty()) {
            throw new TargetException("Cannot inject " + this + ": " + resolved.target()
                    + " has no interface with an address " + "but loopback (networks: " + resolved.networks()
                    + "), and loopback is left alone. Attach it to a network.");
        }
        return found;
    }

    private void requireOurs(ResolvedTarget resolved, NetworkInterface each, Direction direction) {
        boolean leaving = direction == Direction.OUT;
        Optional<String> foreign = leaving ? each.rootQdisc() : each.ingressQdisc();
        foreign.ifPresent(qdisc -> {
            throw new TargetException("Cannot inject " + this + ": " + each.name() + " of " + resolved.target()
                    + " has "
                    + (leaving ? "a root qdisc" : "an ingress qdisc") + " of its own (" + qdisc
                    + "), which is not Faultline's to replace. Remove it (tc qdisc del dev " + each.name()
                    + (leaving ? " root" : " " + qdisc.split(" ", 2)[0]) + "), or shape the other direction alone.");
        });
    }

    @Override
    public String toString() {
        return Stream.of(Stream.of(scope().describe(target), amount()), scope().details(usual).stream())
                .flatMap(each -> each)
                .collect(Collectors.joining(", ", getClass().getSimpleName() + "[", "]"));
    }
}
