package io.faultline.fault.stream;

import io.faultline.effect.ActionState;
import io.faultline.effect.AgentAction;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.FilterOrder;
import io.faultline.effect.Impact;
import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic.Sign;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.StreamRoute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The evidence of stream faults: counts in the proxy's own namespace what they cannot have missed, and harms nothing.
 * Toxiproxy itself counts a connection's bytes only once it has ended (link.go).
 */
record StreamTraffic(StreamRoute route, PacketFilter filter, Set<Way> ways, Set<Sign> signs) implements AgentEffect {

    /** As the agent is told. */
    record Order(FilterOrder filter, List<Counter> counters) implements AgentAction {

        @Override
        public String verb() {
            return "count";
        }
    }

    /**
     * Counts TCP segments.
     *
     * @param direction which way they go, seen from the proxy's namespace
     * @param end whether the port is their {@code SOURCE} or their {@code DESTINATION}
     * @param flag {@code PSH}, {@code FIN} or {@code RST}
     */
    record Counter(Direction direction, String end, int port, String flag) {}

    /** A counter, what it counts, and which way that goes, seen from the clients. */
    private record Rule(Counter counter, Direction towards, EvidenceUnit unit) {

        Count count(long number) {
            return new Count(Leg.Kind.STREAM, towards, unit, number, number);
        }
    }

    public StreamTraffic {
        ways = Set.copyOf(ways);
        signs = Set.copyOf(signs);
    }

    @Override
    public NetworkNamespace namespace() {
        return route.proxy().namespace();
    }

    @Override
    public String summary() {
        return "count what passes " + route.proxy().name();
    }

    /** It changes nothing. */
    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    @Override
    public boolean hits(Hop hop) {
        return false;
    }

    @Override
    public boolean overlaps(Effect other) {
        return false;
    }

    @Override
    public AgentAction action() {
        return new Order(FilterOrder.of(filter), rules().map(Rule::counter).toList());
    }

    // All segments that a client or the target sent data with, but for the first ones of large writes, carry PSH; bare
    // acknowledgments and keepalive probes do not, and pass a proxy's harm by (tcp_output.c).
    private Stream<Rule> rules() {
        int listening = route.proxy().listening();
        List<Rule> rules = new ArrayList<>();
        for (Sign sign : signs.stream().sorted().toList()) {
            if (sign == Sign.ENDED) {
                Counter resets = new Counter(Direction.OUT, "SOURCE", listening, "RST");
                Counter ends = new Counter(Direction.OUT, "SOURCE", listening, "FIN");
                rules.add(new Rule(resets, Direction.OUT, EvidenceUnit.RESET));
                rules.add(new Rule(ends, Direction.OUT, EvidenceUnit.CLOSED));
                continue;
            }
            String flag = sign == Sign.DATA ? "PSH" : "FIN";
            EvidenceUnit unit = sign == Sign.DATA ? EvidenceUnit.STREAMED : EvidenceUnit.CLOSED;
            for (Way way :
                    ways.stream().sorted(Comparator.naturalOrder()).toList()) { // what reaches the proxy, either way
                rules.add(
                        way == Way.UPSTREAM
                                ? new Rule(
                                        new Counter(Direction.IN, "DESTINATION", listening, flag), Direction.IN, unit)
                                : new Rule(
                                        new Counter(Direction.IN, "SOURCE", route.targetPort(), flag),
                                        Direction.OUT,
                                        unit));
            }
        }
        return rules.stream();
    }

    /** In the order of the counters. */
    @Override
    public List<Count> evidence(ActionState state) {
        List<Rule> rules = rules().toList();
        return IntStream.range(0, Math.min(rules.size(), state.counts().size()))
                .mapToObj(i -> rules.get(i).count(state.counts().get(i).number()))
                .toList();
    }
}
