package io.faultline.fault.packet;

import io.faultline.effect.Command;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Ports;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.effect.Traffic;
import io.faultline.topology.Leg;
import io.faultline.topology.PublishedPort;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Closes TCP connections of one leg at once, as {@code ss -K} does: the kernel sends a reset to the other end, and the
 * process that owns the socket sees ECONNABORTED. Listening sockets stay, and so does what a container says to itself. It
 * is over when it is made; there is nothing to take back, and bringing it back closes what has been opened since.
 *
 * @param place what it is on, for people: {@code "redis"}
 * @param own the container's own addresses
 */
record SocketDestroy(String place, Leg where, List<String> own, Traffic traffic) implements LegEffect {

    public SocketDestroy {
        own = List.copyOf(own);
    }

    @Override
    public Impact impact() {
        return Impact.REFUSES;
    }

    @Override
    public String summary() {
        String what = "reset " + traffic.describe(place);
        return where.kind() == Leg.Kind.CONTAINER
                ? what + ", in the container's namespace"
                : what + " at docker-proxy's " + where.ports().get(0);
    }

    @Override
    public Script script(String tag, Instant expiry) {
        List<Command> kill = List.of(new Command("ss-kill", filter() + "\n"));
        // One stage after the proxy's: once its own connection is gone, docker-proxy ends the client's in good order.
        List<List<Command>> prepare = where.kind() == Leg.Kind.PROXY ? List.of() : List.of(List.of());
        return new Script(prepare, kill, List.of(), List.of(), List.of(), false);
    }

    /** As ss(8) takes it from a file. Without a state it looks at neither listening nor TIME-WAIT sockets. */
    private String filter() {
        if (where.kind() == Leg.Kind.PROXY) {
            return where.ports().stream().map(SocketDestroy::listener).collect(Collectors.joining(" or "));
        }
        Stream<String> itself = Stream.concat(
                Stream.of("src 127.0.0.0/8", "src [::1]"), own.stream().map(SocketDestroy::end));
        String peers = traffic.peers().isEveryone()
                ? ""
                : traffic.peers().addresses().stream()
                        .map(SocketDestroy::end)
                        .collect(Collectors.joining(" or ", " and ( ", " )"));
        return itself.collect(Collectors.joining(" or ", "not ( ", " )")) + peers + ports(traffic.ports());
    }

    private static String ports(Ports ports) {
        return ports.range()
                .map(range -> ports.ends("sport", "dport").stream()
                        .map(end ->
                                "( " + end + " >= :" + range.first() + " and " + end + " <= :" + range.last() + " )")
                        .collect(Collectors.joining(" or ", " and ( ", " )")))
                .orElse("");
    }

    private static String end(String address) {
        return "dst " + (address.contains(":") ? "[" + address + "]" : address);
    }

    /** By address too: something else may serve the same port on another one. */
    private static String listener(PublishedPort port) {
        String address = port.isIpv6() ? "[" + port.hostAddress() : port.hostAddress();
        return "src " + address + (port.isWildcard() ? "/0" : "") + (port.isIpv6() ? "]:" : ":") + port.hostPort();
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        long closed = readings.applied().stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .count();
        return List.of(new Count(where.kind(), Direction.ANY, EvidenceUnit.RESET, closed, closed));
    }

    /** There is nothing that anybody could have removed. */
    @Override
    public boolean isIntact(String tag, Readings readings) {
        return true;
    }

    /** It is over before anything else is opened. */
    @Override
    public boolean overlaps(Effect other) {
        return false;
    }
}
