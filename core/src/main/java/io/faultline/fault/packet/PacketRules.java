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

/**
 * Drops, refuses or loses packets of one leg, for IPv4 and IPv6 alike, until it is removed. Loopback inside a container is
 * left alone. Connections that are open stay open.
 *
 * @param place what it is on, for people: {@code "redis"}
 * @param becomes what becomes of the packets
 */
public record PacketRules(String place, Leg where, PacketFilter filter, Traffic traffic, PacketAction becomes)
        implements LegEffect {

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
        return new PacketOrder(FilterOrder.of(filter), TrafficOrder.of(traffic, where), Action.of(becomes));
    }

    /** The agent puts other rules into the same chains, and goes on counting. */
    @Override
    public boolean canBecome(AgentEffect other) {
        return other instanceof PacketRules rules
                && rules.becomes.unit() == becomes.unit()
                && new PacketRules(place, where, filter, traffic, rules.becomes).equals(rules);
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
