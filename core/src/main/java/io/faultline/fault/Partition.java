package io.faultline.fault;

import io.faultline.effect.Effect;
import io.faultline.effect.Fate;
import io.faultline.effect.PacketRules;
import io.faultline.effect.Peers;
import io.faultline.effect.Traffic;
import io.faultline.terrain.Leg;
import io.faultline.terrain.PacketFilter;
import io.faultline.terrain.PublishedPort;
import io.faultline.terrain.Site;
import io.faultline.terrain.Target;
import io.faultline.terrain.TargetException;
import io.faultline.terrain.Terrain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a target off, from everyone or from one other target, until healed. Packets of every protocol, IPv4 and IPv6,
 * are dropped in both directions, not refused: clients see timeouts rather than errors, and connections that are open
 * stay open and stall. Loopback inside the container keeps working, and so does Docker's embedded DNS, which answers
 * from there.
 *
 * <p>By default every leg of every route is cut: the container's own namespace and, where docker-proxy serves a
 * published port, that port too. Needs iptables on the Docker host's kernel; the container needs nothing.
 */
public final class Partition implements Fault {

    private final Target target;
    private final Optional<Target> other;
    private final boolean containerLegOnly;

    private Partition(Target target, Optional<Target> other, boolean containerLegOnly) {
        this.target = target;
        this.other = other;
        this.containerLegOnly = containerLegOnly;
    }

    /** Cuts the target off from everyone. */
    public static Partition of(Target target) {
        return new Partition(target, Optional.empty(), false);
    }

    /**
     * Cuts two targets off from each other, at both ends; each still reaches everyone else.
     *
     * @throws IllegalArgumentException if both are the same
     */
    public static Partition between(Target one, Target other) {
        if (one.reference().equals(other.reference())) {
            throw new IllegalArgumentException(
                    "A partition between " + one + " and itself cuts nothing. Name two different containers.");
        }
        return new Partition(one, Optional.of(other), false);
    }

    /**
     * The same partition in the containers' own namespaces alone. A client of a published port then keeps its connection
     * to docker-proxy, which answers its keepalives: useful to reproduce that trap, and misleading for anything else.
     */
    public Partition containerLegOnly() {
        return new Partition(target, other, true);
    }

    @Override
    public List<Target> targets() {
        return other.map(second -> List.of(target, second)).orElse(List.of(target));
    }

    @Override
    public Plan plan(Terrain terrain) {
        FaultKind.PARTITION.require(terrain.kernel(), this);
        PacketFilter filter = terrain.kernel().packetFilter().orElseThrow();
        List<Effect> effects = new ArrayList<>();
        List<String> uncut = new ArrayList<>();
        Site site = terrain.site(target);
        if (other.isEmpty()) {
            cut(site, Peers.everyone(), filter, effects, uncut);
        } else {
            Site second = terrain.site(other.get());
            requireTwo(site, second);
            requireSharedNetwork(site, second);
            cut(site, new Peers(second.target().toString(), second.addresses()), filter, effects, uncut);
            cut(second, new Peers(site.target().toString(), site.addresses()), filter, effects, uncut);
        }
        return new Plan(effects, uncut);
    }

    private void cut(Site site, Peers peers, PacketFilter filter, List<Effect> effects, List<String> uncut) {
        requireIpv6(site, filter);
        String place = site.target().toString();
        for (Leg leg : site.legs()) {
            if (leg.kind() == Leg.Kind.CONTAINER || !containerLegOnly) {
                effects.add(new PacketRules(place, leg, filter, Traffic.with(peers), new Fate.Dropped()));
            } else {
                leg.ports().forEach(port -> uncut.add("docker-proxy answers at " + port));
            }
        }
        for (PublishedPort port : site.ports()) {
            if (port.service() == PublishedPort.Service.OUT_OF_REACH) {
                if (!containerLegOnly) {
                    throw outOfReach(port);
                }
                uncut.add("the published port " + port + " is served outside the Docker engine's kernel");
            }
        }
    }

    private void requireTwo(Site site, Site second) {
        if (site.containerId().equals(second.containerId())) {
            throw new TargetException("Cannot inject " + this + ": both names mean the same container ("
                    + site.containerId() + "), and nothing is between it and itself. Name two different containers.");
        }
        for (Site each : List.of(site, second)) {
            if (each.addresses().isEmpty()) { // no addresses would mean everyone
                throw new TargetException("Cannot inject " + this + ": " + each.target() + " has no address "
                        + "but loopback (networks: " + each.networks() + "), so there is nothing between them to cut. "
                        + "Attach both to one network.");
            }
        }
    }

    private void requireSharedNetwork(Site site, Site second) {
        if (Collections.disjoint(site.networks(), second.networks())) {
            throw new TargetException("Cannot inject " + this + ": they share no network (" + site.target()
                    + " is on " + site.networks() + ", " + second.target() + " on " + second.networks()
                    + "), so there is nothing between them to cut. Attach both to one network, or isolate one of them "
                    + "with Partition.of.");
        }
    }

    private void requireIpv6(Site site, PacketFilter filter) {
        if (filter.ipv6()) {
            return;
        }
        boolean hasIpv6 =
                site.addresses().stream().anyMatch(address -> address.contains(":") && !address.startsWith("fe80:"));
        if (hasIpv6) {
            throw new ImpossibleFaultException("Cannot inject " + this + ": " + site.target() + " has IPv6 addresses ("
                    + site.addresses() + ") but ip6tables does not work on this kernel, so IPv6 would get around the "
                    + "partition. Load the ip6_tables module, or use a network without IPv6.");
        }
        Optional<PublishedPort> overIpv6 =
                site.ports().stream().filter(PublishedPort::isIpv6).findFirst();
        if (overIpv6.isPresent() && !containerLegOnly) {
            throw new ImpossibleFaultException("Cannot inject " + this + " on every leg: the published port "
                    + overIpv6.get()
                    + " is served over IPv6, but ip6tables does not work on this kernel, so a client of "
                    + "it would keep its connection. Load the ip6_tables module, publish the port on an IPv4 address "
                    + "alone, or ask for Partition.containerLegOnly().");
        }
    }

    private ImpossibleFaultException outOfReach(PublishedPort port) {
        return new ImpossibleFaultException("Cannot inject " + this + " on every leg: the published port " + port
                + " is served outside the Docker engine's kernel (Docker Desktop, or a rootless port driver), so a client "
                + "on the host would keep its connection. Run the client in a container on the same network, or ask for "
                + "Partition.containerLegOnly().");
    }

    @Override
    public String toString() {
        return "Partition[" + target + other.map(second -> " | " + second).orElse("")
                + (containerLegOnly ? ", container leg only" : "") + "]";
    }
}
