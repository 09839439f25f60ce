package io.faultline.effect;

import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.Harm;
import io.faultline.terrain.Hop;
import io.faultline.terrain.Leg;
import io.faultline.terrain.NetworkNamespace;
import io.faultline.terrain.PublishedPort;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Closes TCP connections of one leg at once, as {@code ss -K} does: the kernel sends a reset to the other end, and the
 * process that owns the socket sees ECONNABORTED. Listening sockets stay, and so does loopback inside a container. It is
 * over when it is made; there is nothing to take back, and bringing it back closes what has been opened since.
 *
 * @param place what it is on, for people: {@code "redis"}
 */
public record SocketDestroy(String place, Leg where, Traffic traffic) implements NamespaceEffect {

    @Override
    public NetworkNamespace namespace() {
        return where.namespace();
    }

    @Override
    public boolean hits(Hop hop) {
        return hop.leg() == where.kind()
                && traffic.peers().isEveryone()
                && traffic.ports().includesOwn("tcp", hop.port());
    }

    @Override
    public String summary() {
        String what = "reset the connections of " + traffic.describe(place);
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

    /** As ss(8) takes it. */
    private String filter() {
        String state = "state connected exclude time-wait ";
        if (where.kind() == Leg.Kind.PROXY) {
            String ports = where.ports().stream()
                    .map(PublishedPort::hostPort)
                    .distinct()
                    .map(port -> "sport = :" + port)
                    .collect(Collectors.joining(" or "));
            return state + "( " + ports + " )";
        }
        String notLoopback = "not ( src 127.0.0.0/8 or src [::1] )";
        String peers = traffic.peers().isEveryone()
                ? ""
                : traffic.peers().addresses().stream()
                        .map(address -> "dst " + (address.contains(":") ? "[" + address + "]" : address))
                        .collect(Collectors.joining(" or ", " and ( ", " )"));
        return state + "( " + notLoopback + peers + traffic.ports().socketFilter() + " )";
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        long closed = readings.applied().stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .count();
        return List.of(new Count(where.kind(), Direction.ANY, Harm.RESET, closed, closed));
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
