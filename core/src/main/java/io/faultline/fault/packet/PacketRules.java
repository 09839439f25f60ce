package io.faultline.fault.packet;

import io.faultline.effect.ActionState;
import io.faultline.effect.AgentAction;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.FilterOrder;
import io.faultline.effect.Impact;
import io.faultline.effect.Traffic;
import io.faultline.effect.TrafficOrder;
import io.faultline.fault.packet.PacketOrder.Action;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PublishedPort;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Drops, refuses or loses packets of one leg, for IPv4 and IPv6 alike, until it is removed. Loopback inside a container is
 * left alone. Connections that are open stay open.
 *
 * @param place what it is on, for people: {@code "redis"}
 * @param becomes what becomes of the packets
 * @param ipv6 whether it is on a target that others reach over IPv6, so that it is worth remembering whose packets come that way
 */
public record PacketRules(
        String place,
        Leg where,
        PacketFilter filter,
        Traffic traffic,
        PacketAction becomes,
        @API(status = Status.INTERNAL) boolean ipv6)
        implements LegEffect {

    @API(status = Status.INTERNAL)
    public PacketRules {}

    /** On a target that may be reached over IPv6. */
    public PacketRules(String place, Leg where, PacketFilter filter, Traffic traffic, PacketAction becomes) {
        this(place, where, filter, traffic, becomes, true);
    }

    @Override
    public Impact impact() {
        return switch (becomes.unit()) {
            case DROPPED -> Impact.SILENCES;
            case LOST -> Impact.DEGRADES;
            default -> Impact.REFUSES;
        };
    }

    @Override
    public boolean stopsAll() {
        return becomes.unit() != EvidenceUnit.LOST;
    }

    @Override
    public String summary() {
        String what = becomes.describe() + " " + traffic.describe(place);
        return where.kind() == Leg.Kind.CONTAINER
                ? what + ", in the container's namespace"
                : what + " at docker-proxy's " + ports();
    }

    private String ports() {
        List<PublishedPort> ports = where.ports();
        return ports.get(0) + (ports.size() > 1 ? " and " + (ports.size() - 1) + " more" : "");
    }

    @Override
    public AgentAction action() {
        return new PacketOrder(
                FilterOrder.of(filter), TrafficOrder.of(traffic, where), Action.of(becomes), remembered());
    }

    /** The families whose flows can be a client's. Each costs the kernel some time when the rules are made. */
    private List<String> remembered() {
        boolean isProxy = where.kind() == Leg.Kind.PROXY;
        boolean overIpv4 = !isProxy || !where.ports().stream().allMatch(PublishedPort::isIpv6);
        boolean overIpv6 = filter.ipv6() && (isProxy ? where.ports().stream().anyMatch(PublishedPort::isIpv6) : ipv6);
        return Stream.of(overIpv4 ? "ipv4" : "", overIpv6 ? "ipv6" : "")
                .filter(family -> !family.isEmpty())
                .toList();
    }

    @Override
    @API(status = Status.INTERNAL)
    public Optional<PacketFilter> filteredBy() {
        return Optional.of(filter);
    }

    /** The agent puts other rules into the same chains, and goes on counting. */
    @Override
    public boolean canBecome(AgentEffect other) {
        return other instanceof PacketRules rules
                && rules.becomes.unit() == becomes.unit()
                && new PacketRules(place, where, filter, traffic, rules.becomes, ipv6).equals(rules);
    }

    @Override
    public List<Count> evidence(ActionState state) {
        return state.counts().stream()
                .map(each -> new Count(where.kind(), each.direction(), becomes.unit(), each.number(), each.of()))
                .toList();
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof PacketRules rules
                && namespace().inode() == rules.namespace().inode()
                && where.kind() == rules.where.kind()
                && (where.ports().isEmpty() || !Collections.disjoint(where.ports(), rules.where.ports()))
                && traffic.overlaps(rules.traffic);
    }
}
