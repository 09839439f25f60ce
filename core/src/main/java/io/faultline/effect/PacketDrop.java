package io.faultline.effect;

import io.faultline.terrain.Leg;
import io.faultline.terrain.NetworkNamespace;
import io.faultline.terrain.PacketFilter;
import io.faultline.terrain.PacketFilter.Expiry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Drops all packets between a leg and its peers, in both directions and for IPv4 and IPv6 alike, until it is removed.
 * Loopback inside a container is left alone. Connections that are open stay open and stall.
 *
 * <p>One chain of ours per table, jumped to from the top of INPUT, FORWARD and OUTPUT, where an earlier rule that
 * accepts everything cannot overtake it. Where the kernel has ipset, the jumps match a set whose entries time out 15 s
 * after their last renewal: the kernel itself ends the harm if nobody is left to do so.
 *
 * @param place what it is on, for people: {@code "redis"}
 */
public record PacketDrop(String place, Leg where, PacketFilter filter, Peers peers) implements Effect {

    /** Seconds that the kernel keeps a set's entry without renewal. */
    static final int KERNEL_TIMEOUT_SECONDS = 15;

    @Override
    public NetworkNamespace namespace() {
        return where.namespace();
    }

    @Override
    public Leg.Kind leg() {
        return where.kind();
    }

    @Override
    public boolean hitsEveryone() {
        return peers.isEveryone();
    }

    @Override
    public String summary() {
        String what = "drop everything between " + place + " and " + peers;
        return leg() == Leg.Kind.CONTAINER
                ? what + ", in the container's namespace"
                : what + " at docker-proxy's " + where.ports().get(0)
                        + (where.ports().size() > 1 ? ", …" : "");
    }

    @Override
    public Script script(String tag, Instant expiry) {
        List<RuleText> tables = families(tag, expiry);
        List<List<Command>> apply = new ArrayList<>();
        List<List<Command>> undo = new ArrayList<>();
        apply.add(tables.stream().map(RuleText::add).toList());
        undo.add(tables.stream().map(RuleText::remove).toList());
        List<Command> renew = List.of();
        List<Command> disarm = List.of();
        if (filter.expiry() == Expiry.IPSET) {
            SetText sets = new SetText(tag, filter.ipv6());
            apply.add(0, List.of(sets.create(peers)));
            undo.add(sets.destroy());
            renew = List.of(sets.renew(peers));
            disarm = List.of(sets.empty());
        }
        return new Script(
                List.copyOf(apply),
                renew,
                disarm,
                tables.stream().map(RuleText::counters).toList(),
                List.copyOf(undo));
    }

    @Override
    public List<PacketCount> evidence(String tag, List<String> counterOutputs) {
        return counterOutputs.stream()
                .flatMap(output -> SavedCounters.of(tag, leg(), output).stream())
                .toList();
    }

    @Override
    public boolean isIntact(String tag, List<String> counterOutputs) {
        List<RuleText> tables = families(tag, Instant.EPOCH);
        return tables.size() == counterOutputs.size()
                && IntStream.range(0, tables.size()).allMatch(i -> tables.get(i).isIn(counterOutputs.get(i)));
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof PacketDrop drop
                && namespace().inode() == drop.namespace().inode()
                && leg() == drop.leg()
                && (where.ports().isEmpty() || !Collections.disjoint(where.ports(), drop.where.ports()))
                && peers.overlap(drop.peers);
    }

    private List<RuleText> families(String tag, Instant expiry) {
        RuleText ipv4 = new RuleText(RuleText.Family.IPV4, tag, expiry, this);
        return filter.ipv6() ? List.of(ipv4, new RuleText(RuleText.Family.IPV6, tag, expiry, this)) : List.of(ipv4);
    }
}
