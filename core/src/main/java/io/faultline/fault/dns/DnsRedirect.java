package io.faultline.fault.dns;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Command;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Peers;
import io.faultline.effect.Readings;
import io.faultline.effect.Responder;
import io.faultline.effect.Script;
import io.faultline.fault.packet.IpsetCommands;
import io.faultline.fault.packet.IptablesRules.Family;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Leads the name queries of a namespace, whichever server they are for, over UDP and TCP, IPv4 and IPv6, to a responder.
 *
 * <p>A chain of ours in the nat table, jumped to from the top of OUTPUT: above Docker's own jump, which turns the queries to
 * its embedded server 127.0.0.11 to a port of its own. What the responder passes on carries a mark, and is let through. The
 * nat table decides for the first packet of a flow only, so the agent has the flows to port 53 forgotten when the harm begins
 * and ends.
 *
 * @param place whose namespace it is, for people: {@code "app"}
 */
record DnsRedirect(String place, NetworkNamespace namespace, PacketFilter filter, Responder responder)
        implements AgentEffect {

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    /** It is on nobody's way to the target. */
    @Override
    public boolean hits(Hop hop) {
        return false;
    }

    /** What one of two responders passed on would get around the other, so there is one in a namespace. */
    @Override
    public boolean overlaps(Effect other) {
        return other instanceof DnsRedirect redirect
                && namespace.inode() == redirect.namespace().inode();
    }

    @Override
    public String summary() {
        return "give " + place + " " + responder + ", in the container's namespace";
    }

    @Override
    public Script script(String tag, Instant expiry) {
        List<RedirectRules> tables = families(tag, expiry);
        List<List<Command>> prepare = new ArrayList<>();
        List<List<Command>> undo = new ArrayList<>();
        prepare.add(tables.stream().map(RedirectRules::add).toList());
        undo.add(tables.stream().map(RedirectRules::remove).toList());
        List<Command> counters = tables.stream().map(RedirectRules::counters).toList();
        if (filter.expiry() != Expiry.IPSET) {
            return Script.lasting(prepare, counters, undo).with(responder);
        }
        IpsetCommands sets = new IpsetCommands(tag, filter.ipv6());
        prepare.add(0, List.of(sets.create()));
        undo.add(sets.destroy());
        return new Script(
                        List.copyOf(prepare),
                        List.of(sets.fill(Peers.everyone())),
                        List.of(sets.empty()),
                        counters,
                        List.copyOf(undo),
                        true)
                .with(responder);
    }

    /** Another answer, or other names: the responder alone has to know. */
    @Override
    public List<List<Command>> retune(String tag, AgentEffect to) {
        if (to instanceof DnsRedirect redirect
                && new DnsRedirect(place, namespace, filter, redirect.responder).equals(to)) {
            return List.of();
        }
        return AgentEffect.super.retune(tag, to);
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        return readings
                .action()
                .map(met -> new Count(Leg.Kind.CONTAINER, Direction.OUT, EvidenceUnit.FAILED, met.number(), met.of()))
                .stream()
                .toList();
    }

    @Override
    public boolean isIntact(String tag, Readings readings) {
        List<RedirectRules> tables = families(tag, Instant.EPOCH);
        List<String> saved = readings.counters();
        return saved.size() == tables.size()
                && IntStream.range(0, tables.size()).allMatch(i -> tables.get(i).isIn(saved.get(i)))
                && readings.action().filter(met -> met.flaw().isEmpty()).isPresent();
    }

    private List<RedirectRules> families(String tag, Instant expiry) {
        return Stream.of(Family.values())
                .filter(family -> family == Family.IPV4 || filter.ipv6())
                .map(family -> new RedirectRules(family, tag, expiry, filter))
                .toList();
    }
}
