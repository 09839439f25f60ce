package io.faultline.fault.stream;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Command;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic.Sign;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.StreamRoute;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The evidence of stream faults: counts in the proxy's own namespace what they cannot have missed, and harms nothing.
 * Toxiproxy itself counts a connection's bytes only once it has ended (link.go).
 *
 * <p>Two chains of ours: one that INPUT and OUTPUT jump to, empty while the fault is lifted, and one that it then hands
 * every packet to, whose rules count and decide nothing.
 */
record StreamTraffic(StreamRoute route, PacketFilter filter, Set<Way> ways, Set<Sign> signs) implements AgentEffect {

    /** A rule that counts, and what it counts. */
    private record Rule(String match, Direction direction, EvidenceUnit unit) {}

    private static final Pattern LINE = Pattern.compile("\\[(\\d+):\\d+\\] -A (\\S+) (.*)");

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
    public Script script(String tag, Instant expiry) {
        return new Script(
                List.of(each(Stream.of(
                        List.of(":" + gate(tag) + " - [0:0]", ":" + counting(tag) + " - [0:0]"),
                        rules().map(rule -> "-A " + counting(tag) + " " + rule.match)
                                .toList(),
                        jumps(tag).map(jump -> "-I " + jump).toList()))),
                each(Stream.of(List.of(":" + gate(tag) + " - [0:0]", "-A " + gate(tag) + " -j " + counting(tag)))),
                each(Stream.of(List.of(":" + gate(tag) + " - [0:0]"))),
                tools().map(tool -> new Command(tool + "-counters", "")).toList(),
                List.of(each(Stream.of(
                        jumps(tag).map(jump -> "-D " + jump).toList(),
                        List.of("-F " + gate(tag), "-F " + counting(tag), "-X " + gate(tag), "-X " + counting(tag))))),
                false);
    }

    private List<Command> each(Stream<List<String>> parts) {
        String lines = String.join("\n", parts.flatMap(List::stream).toList());
        return tools().map(tool -> new Command(tool, "*filter\n" + lines + "\nCOMMIT\n"))
                .toList();
    }

    private Stream<String> tools() {
        return Stream.of("iptables", "ip6tables")
                .limit(filter.ipv6() ? 2 : 1)
                .map(command -> command + "-" + filter.flavour().suffix());
    }

    // All segments that a client or the target sent data with, but for the first ones of large writes, carry PSH; bare
    // acknowledgments and keepalive probes do not, and pass a proxy's harm by (tcp_output.c).
    private Stream<Rule> rules() {
        String clients = "-p tcp --dport " + route.proxy().listening();
        String target = "-p tcp --sport " + route.targetPort();
        String toClients = "-p tcp --sport " + route.proxy().listening();
        List<Rule> rules = new ArrayList<>();
        for (Sign sign : signs.stream().sorted().toList()) {
            if (sign == Sign.ENDED) {
                rules.add(new Rule(toClients + flags("RST"), Direction.OUT, EvidenceUnit.RESET));
                rules.add(new Rule(toClients + flags("FIN"), Direction.OUT, EvidenceUnit.CLOSED));
                continue;
            }
            String flag = sign == Sign.DATA ? flags("PSH") : flags("FIN");
            EvidenceUnit unit = sign == Sign.DATA ? EvidenceUnit.STREAMED : EvidenceUnit.CLOSED;
            for (Way way : ways.stream().sorted(Comparator.naturalOrder()).toList()) {
                rules.add(
                        way == Way.UPSTREAM
                                ? new Rule(clients + flag, Direction.IN, unit)
                                : new Rule(target + flag, Direction.OUT, unit));
            }
        }
        return rules.stream();
    }

    private static String flags(String set) {
        return " --tcp-flags " + set + " " + set;
    }

    private static Stream<String> jumps(String tag) {
        return Stream.of("INPUT", "OUTPUT").map(builtin -> builtin + " -p tcp -j " + gate(tag));
    }

    private static String gate(String tag) {
        return tag + "-g";
    }

    private static String counting(String tag) {
        return tag + "-c";
    }

    @Override
    public List<List<Command>> retune(String tag, AgentEffect to) {
        return to.equals(this) ? List.of() : AgentEffect.super.retune(tag, to);
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        List<Rule> rules = rules().toList();
        List<Count> counts = new ArrayList<>();
        for (String saved : readings.counters()) {
            List<Matcher> ours = saved(saved, counting(tag));
            for (int i = 0; i < Math.min(rules.size(), ours.size()); i++) {
                long number = Long.parseLong(ours.get(i).group(1));
                Rule rule = rules.get(i);
                counts.add(new Count(Leg.Kind.STREAM, rule.direction, rule.unit, number, number));
            }
        }
        return counts;
    }

    @Override
    public boolean isIntact(String tag, Readings readings) {
        return readings.counters().size() == tools().count()
                && readings.counters().stream()
                        .allMatch(saved -> saved(saved, counting(tag)).size() == rules().count()
                                && Stream.of("INPUT", "OUTPUT")
                                        .allMatch(builtin -> saved(saved, builtin).stream()
                                                .anyMatch(line -> line.group(3).endsWith("-j " + gate(tag)))));
    }

    private static List<Matcher> saved(String saved, String chain) {
        return saved.lines()
                .map(LINE::matcher)
                .filter(line -> line.matches() && line.group(2).equals(chain))
                .toList();
    }
}
