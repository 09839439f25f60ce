package io.faultline.fault.packet;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Command;
import io.faultline.effect.Count;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Cut;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.effect.Traffic;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PublishedPort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Drops, refuses or loses packets of one leg, for IPv4 and IPv6 alike, until it is removed. Loopback inside a container is
 * left alone. Connections that are open stay open.
 *
 * <p>Chains of ours in the filter table, jumped to from the top of INPUT, FORWARD and OUTPUT, where an earlier rule that
 * accepts everything cannot overtake them. Where the kernel has ipset, the jumps match a set whose entries time out 15 s
 * after their last renewal: the kernel itself ends the harm if nobody is left to do so.
 *
 * @param place what it is on, for people: {@code "redis"}
 */
public record PacketRules(String place, Leg where, PacketFilter filter, Traffic traffic, PacketAction action)
        implements LegEffect {

    /** Seconds that the kernel keeps a set's entry without renewal. */
    static final int KERNEL_TIMEOUT_SECONDS = 15;

    @Override
    public Impact impact() {
        return switch (action.unit()) {
            case DROPPED -> Impact.SILENCES;
            case LOST -> Impact.DEGRADES;
            default -> Impact.REFUSES;
        };
    }

    @Override
    public boolean stopsAll() {
        return action.unit() != EvidenceUnit.LOST;
    }

    @Override
    public String summary() {
        String what = action.describe() + " " + traffic.describe(place);
        return where.kind() == Leg.Kind.CONTAINER
                ? what + ", in the container's namespace"
                : what + " at docker-proxy's " + ports();
    }

    private String ports() {
        List<PublishedPort> ports = where.ports();
        return ports.get(0) + (ports.size() > 1 ? " and " + (ports.size() - 1) + " more" : "");
    }

    @Override
    public Script script(String tag, Instant expiry) {
        List<IptablesRules> tables = families(tag, expiry);
        List<List<Command>> prepare = new ArrayList<>();
        List<List<Command>> undo = new ArrayList<>();
        prepare.add(tables.stream().map(IptablesRules::add).toList());
        undo.add(tables.stream().map(IptablesRules::remove).toList());
        List<Command> counters = tables.stream().map(IptablesRules::counters).toList();
        if (filter.expiry() != Expiry.IPSET) {
            return Script.lasting(prepare, counters, undo).cutting(Cut.of(where, traffic));
        }
        IpsetCommands sets = new IpsetCommands(tag, filter.ipv6());
        prepare.add(0, List.of(sets.create()));
        undo.add(sets.destroy());
        return new Script(
                        List.copyOf(prepare),
                        List.of(sets.fill(traffic.peers())),
                        List.of(sets.empty()),
                        counters,
                        List.copyOf(undo),
                        true)
                .cutting(Cut.of(where, traffic));
    }

    @Override
    public List<List<Command>> retune(String tag, AgentEffect to) {
        if (to instanceof PacketRules rules
                && rules.withAction(action).equals(this)
                && rules.action.unit() == action.unit()) {
            List<IptablesRules> tables = rules.families(tag, Instant.EPOCH);
            // New rules begin to count again, so what the old ones have counted is read before.
            return List.of(
                    tables.stream().map(IptablesRules::counters).toList(),
                    tables.stream().map(IptablesRules::replaceRules).toList());
        }
        return LegEffect.super.retune(tag, to);
    }

    private PacketRules withAction(PacketAction other) {
        return new PacketRules(place, where, filter, traffic, other);
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        return SavedCounters.of(tag, this, readings.counters(), readings.applied());
    }

    @Override
    public boolean isIntact(String tag, Readings readings) {
        List<IptablesRules> tables = families(tag, Instant.EPOCH);
        List<String> saved = readings.counters();
        return tables.size() == saved.size()
                && IntStream.range(0, tables.size()).allMatch(i -> tables.get(i).isIn(saved.get(i)));
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof PacketRules rules
                && namespace().inode() == rules.namespace().inode()
                && where.kind() == rules.where.kind()
                && (where.ports().isEmpty() || !Collections.disjoint(where.ports(), rules.where.ports()))
                && traffic.overlaps(rules.traffic);
    }

    private List<IptablesRules> families(String tag, Instant expiry) {
        IptablesRules ipv4 = new IptablesRules(IptablesRules.Family.IPV4, tag, expiry, this);
        return filter.ipv6()
                ? List.of(ipv4, new IptablesRules(IptablesRules.Family.IPV6, tag, expiry, this))
                : List.of(ipv4);
    }
}
