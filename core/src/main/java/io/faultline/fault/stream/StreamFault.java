package io.faultline.fault.stream;

import io.faultline.effect.Effect;
import io.faultline.effect.StreamToxic;
import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.effect.Toxic.Sign;
import io.faultline.fault.Fault;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.fault.packet.Partition;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What goes wrong with the streams of a target: for every client that takes a route through a proxy of ours, which
 * {@code faultline.through(target)} opens. Clients of the target's own address and ports never meet it.
 *
 * <p>A proxy ends the clients' connections itself: it cannot test what their kernels do about a silent network (connect
 * timeouts, keepalive, retransmission). {@link Partition} does.
 */
public abstract sealed class StreamFault implements Fault permits DirectedStream, ClosedStream {

    static final Needs NEEDS = Needs.packetFilterAnd().and("an image of Toxiproxy");

    private static final String LIMITATION =
            "the proxy accepts every connection by itself, and its kernel acknowledges "
                    + "data and answers keepalives, so connect timeouts, keepalive and TCP_USER_TIMEOUT never act; for these use "
                    + "Partition, without a proxy";

    private final Target target;
    private final Set<Way> ways;

    StreamFault(Target target, Set<Way> ways) {
        this.target = target;
        this.ways = Set.copyOf(ways);
    }

    /** What is done to each of the ways, in this order; at least one. */
    abstract List<Toxic> toxics();

    /** Its strength, for people. */
    abstract String strength();

    final Target target() {
        return target;
    }

    final Set<Way> ways() {
        return ways;
    }

    @Override
    public final List<Target> targets() {
        return List.of(target);
    }

    @Override
    public final Plan plan(Topology topology) {
        NEEDS.require(topology.kernel(), this);
        PacketFilter filter = topology.kernel().packetFilter().orElseThrow();
        List<Toxic> toxics = toxics();
        List<StreamRoute> routes = topology.streamsTo(target);
        if (routes.isEmpty()) {
            throw new TargetException(
                    "Cannot inject " + this + ": no stream to " + target + " goes through a proxy. Call "
                            + "faultline.through(target) first, and let the client connect to the host and port that it gives.");
        }
        Set<Sign> signs =
                toxics.stream().flatMap(toxic -> toxic.signs().stream()).collect(Collectors.toSet());
        List<Effect> effects = new ArrayList<>();
        routes.forEach(route -> effects.add(new StreamTraffic(route, filter, ways, signs)));
        for (StreamRoute route : routes) {
            for (Way way : EnumSet.copyOf(ways)) {
                toxics.forEach(toxic -> effects.add(new StreamToxic(route, way, toxic)));
            }
        }
        return new Plan(effects, List.of(), limitations(routes, signs));
    }

    private static List<String> limitations(List<StreamRoute> routes, Set<Sign> signs) {
        List<String> limitations = new ArrayList<>(List.of(LIMITATION));
        if (signs.contains(Sign.ENDED)) {
            routes.stream()
                    .filter(route -> !route.isDirect())
                    .map(route -> "clients of " + route.host() + ":" + route.port() + " reach the proxy through a "
                            + "published port, and may see an accepted connection and an end of stream where the proxy "
                            + "refuses or resets; run them in a container, at " + route.networkHost() + ":"
                            + route.networkPort())
                    .forEach(limitations::add);
        }
        return limitations;
    }

    @Override
    public final String toString() {
        String direction = ways.size() == 2 ? "both ways" : ways.contains(Way.UPSTREAM) ? "upstream" : "";
        String details = List.of(strength(), direction).stream()
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        return getClass().getSimpleName() + "[" + target + (details.isEmpty() ? "" : ", " + details) + "]";
    }

    /** @throws IllegalArgumentException unless it is a whole number of milliseconds, and at least the least */
    static Duration millis(String what, Duration given, long least) {
        if (given.toMillis() < least || !given.equals(Duration.ofMillis(given.toMillis()))) {
            throw new IllegalArgumentException(what + " of " + given
                    + " cannot be made: it takes whole milliseconds, and at least " + least + ".");
        }
        return given;
    }

    /** @throws IllegalArgumentException unless it is positive */
    static long positive(String what, long given) {
        if (given <= 0) {
            throw new IllegalArgumentException(what + " of " + given + " cannot be made: it must be above 0.");
        }
        return given;
    }
}
