package io.faultline.fault.shaping;

import io.faultline.effect.Command;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A tree of qdiscs as tc reads it. An htb at the root, with a class for each kind of traffic and filters that lead packets
 * there; what no filter matches passes at once. Below a class a tbf, a netem, or a netem below a tbf.
 *
 * <p>A qdisc cannot be named, so the tag stands in two numbers of the htb that have no effect here: the number of the
 * effect in r2q, that of the run in direct_qlen. What arrives is led to an interface of ours, which has the tag in its name.
 */
record TcCommands(String tag, TrafficShape shape) {

    private static final String ROOT = "fa17:";
    private static final Pattern ROOT_LINE =
            Pattern.compile("qdisc htb fa17: root .*\\br2q (\\d+) .*\\bdirect_qlen (\\d+)");
    private static final int LIFTED = 1; // before all other filters
    private static final int IPV4 = 2;
    private static final int IPV6 = 3;

    private String run() {
        return tag.split("-", -1)[1];
    }

    private String number() {
        return tag.split("-", -1)[2];
    }

    private boolean isArriving() {
        return shape.direction() == Direction.IN;
    }

    /** Where the tree is. Fifteen characters are all that the kernel takes: f, the run's eight, and up to six. */
    private String device() {
        return isArriving() ? "f" + run() + number() : shape.at().name();
    }

    Script script() {
        List<List<Command>> prepare = new ArrayList<>();
        List<List<Command>> undo = new ArrayList<>();
        if (isArriving()) {
            prepare.add(List.of(new Command("ip", lines(link().stream()))));
            undo.add(List.of(tc(Stream.of("qdisc del dev " + shape.at().name() + " ingress"))));
            undo.add(List.of(
                    new Command("ip", lines(Stream.concat(queueLength(), Stream.of("link del dev " + device()))))));
        } else {
            undo.add(List.of(tc(Stream.of("qdisc del dev " + device() + " root handle " + ROOT))));
            queueLength().forEach(line -> undo.add(List.of(new Command("ip", line + "\n"))));
        }
        prepare.add(List.of(
                tc(Stream.of(tree(), Stream.of(pass()), filters(), redirect()).flatMap(each -> each))));
        return new Script(
                prepare,
                List.of(tc(Stream.of("filter del dev " + device() + " parent " + ROOT + " pref " + LIFTED))),
                List.of(tc(Stream.of(pass()))),
                List.of(counters()),
                undo,
                false);
    }

    /** The kernel makes it 1000 with the first qdisc (qdisc_create of net/sched/sch_api.c), and leaves it so. */
    private Stream<String> queueLength() {
        return shape.at().queueLength() == 0
                ? Stream.of("link set dev " + shape.at().name() + " txqueuelen 0")
                : Stream.of();
    }

    private String root() {
        // Of a class that there is not, which is as good as none.
        String wasNone = shape.at().queueLength() == 0 ? "ffff" : "0";
        return "htb r2q " + number() + " default " + wasNone + " direct_qlen " + Long.parseLong(run(), 16);
    }

    /** The alias tells the agent whose packets it takes. It needs no address, and would say hello on the wire with one. */
    private List<String> link() {
        return List.of(
                "link add " + device() + " type ifb",
                "link set dev " + device() + " alias " + shape.at().name() + "/"
                        + shape.at().queueLength(),
                "link set dev " + device() + " addrgenmode none",
                "link set dev " + device() + " txqueuelen 1000",
                "link set dev " + device() + " up");
    }

    private Stream<String> tree() {
        String root = "qdisc add dev " + device() + " root handle " + ROOT + " " + root();
        return Stream.concat(
                Stream.of(root), numbered().flatMap(i -> Stream.concat(Stream.of(clazz(i)), qdiscs(i, "add"))));
    }

    private Stream<Integer> numbered() {
        return IntStream.rangeClosed(1, shape.shapes().size()).boxed();
    }

    // With a rate that slows nothing, and a quantum of its own, without which r2q would count.
    private String clazz(int i) {
        return "class add dev " + device() + " parent " + ROOT + " classid " + ROOT + hex(i)
                + " htb rate 32gbit burst 1mb cburst 1mb quantum 60000";
    }

    /** The netem below the tbf: a tbf below a netem that cuts packets stops it, on kernels before 6.13. */
    private Stream<String> qdiscs(int i, String verb) {
        LinkImpairments quality = shape.shapes().get(i - 1).quality();
        int mtu = shape.at().mtu();
        String change = "qdisc " + verb + " dev " + device() + " parent ";
        Optional<String> tbf = quality.rate()
                .map(rate -> change + ROOT + hex(i) + " handle fb0" + hex(i) + ": " + quality.tbf(rate, mtu));
        String above = tbf.isPresent() ? "fb0" + hex(i) + ":1" : ROOT + hex(i);
        Optional<String> netem = quality.usesNetem()
                ? Optional.of(change + above + " handle fc0" + hex(i) + ": " + quality.netem(mtu))
                : Optional.empty();
        return Stream.of(tbf, netem).flatMap(Optional::stream);
    }

    /** Lets everything pass; there can be several of it, and one deletion takes them all. */
    private String pass() {
        return "filter add dev " + device() + " parent " + ROOT + " protocol all pref " + LIFTED
                + " u32 match u32 0 0 flowid " + ROOT + "0";
    }

    private Stream<String> filters() {
        return PacketMatch.both(!isArriving()).flatMap(family -> {
            String add = "filter add dev " + device() + " parent " + ROOT
                    + (family.ipv6() ? " protocol ipv6 pref " + IPV6 : " protocol ip pref " + IPV4) + " u32 ";
            return Stream.concat(
                    family.background().stream().map(match -> add + match + " flowid " + ROOT + "0"),
                    numbered().flatMap(i -> meant(family, i).map(match -> add + match + " flowid " + ROOT + hex(i))));
        });
    }

    private Stream<String> meant(PacketMatch family, int i) {
        TrafficClass each = shape.shapes().get(i - 1);
        return family.of(each.peers(), each.ports()).stream();
    }

    private Stream<String> redirect() {
        String name = shape.at().name();
        return isArriving()
                ? Stream.concat(
                        Stream.of("qdisc add dev " + name + " ingress"),
                        Stream.of("ip pref 1", "ipv6 pref 2")
                                .map(protocol -> "filter add dev " + name + " parent ffff: protocol " + protocol
                                        + " u32 match u32 0 0 action mirred egress redirect dev " + device()))
                : Stream.of();
    }

    /** Turns the tree, as it stands, into this one. */
    Command change() {
        return tc(numbered().flatMap(i -> qdiscs(i, "change")));
    }

    private Command counters() {
        Stream<String> arriving =
                isArriving() ? Stream.of("filter show dev " + shape.at().name() + " ingress") : Stream.of();
        return new Command(
                "tc-counters",
                lines(Stream.concat(
                        Stream.of("qdisc", "class", "filter").map(what -> what + " show dev " + device()), arriving)));
    }

    /** Whether all of it is in what the counters' command printed. */
    boolean isIn(String printed) {
        boolean tree = ROOT_LINE
                .matcher(printed)
                .results()
                .anyMatch(line -> number().equals(line.group(1))
                        && Long.toString(Long.parseLong(run(), 16)).equals(line.group(2)));
        boolean leaves = numbered().flatMap(i -> qdiscs(i, "add")).allMatch(added -> printed.contains(kind(added)));
        long wanted = filters().count();
        long found = printed.lines()
                .filter(line -> line.contains("flowid " + ROOT) && !line.contains("pref " + LIFTED + " "))
                .count();
        long led = printed.lines()
                .filter(line -> line.contains("Redirect to device " + device() + ")"))
                .count();
        return tree && leaves && found == wanted && (!isArriving() || led == 2);
    }

    /** {@code qdisc tbf fb01: } of the line that adds it. */
    private static String kind(String added) {
        String[] words = added.split(" ", -1);
        return "qdisc " + words[8] + " " + words[7] + " ";
    }

    private static Command tc(Stream<String> lines) {
        return new Command("tc", lines(lines));
    }

    private static String lines(Stream<String> lines) {
        return lines.map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String hex(int i) {
        return String.format(Locale.ROOT, "%x", i);
    }
}
