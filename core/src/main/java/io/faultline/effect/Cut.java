package io.faultline.effect;

import io.faultline.effect.Ports.Range;
import io.faultline.effect.Ports.Side;
import io.faultline.topology.Leg;
import java.util.List;
import java.util.Optional;

/**
 * Whose TCP connections a change in a namespace cuts, for the agent: those that were closed meanwhile live on without an
 * owner, and are ended once nobody looks at them any more.
 *
 * @param peers addresses and networks; empty means everyone
 * @param first of the ports that are meant, both ends included
 * @param side whose ports these are
 * @param published where docker-proxy listens, if it is its leg that is cut; its ports say all
 */
public record Cut(List<String> peers, int first, int last, Side side, List<Listener> published) {

    private static final Range EVERY_PORT = new Range(1, 65535);

    /** An address and a port of the Docker host. */
    public record Listener(String address, int port) {}

    public Cut {
        peers = List.copyOf(peers);
        published = List.copyOf(published);
    }

    /** Of this traffic on this leg; empty if none of it is TCP. */
    public static Optional<Cut> of(Leg where, Traffic traffic) {
        if (!traffic.ports().speaks("tcp")) {
            return Optional.empty();
        }
        List<Listener> listeners = where.ports().stream()
                .filter(port -> port.transport().equals("tcp"))
                .map(port -> new Listener(port.hostAddress(), port.hostPort()))
                .toList();
        if (where.kind() == Leg.Kind.PROXY && listeners.isEmpty()) {
            return Optional.empty();
        }
        Range range = traffic.ports().range().orElse(EVERY_PORT);
        return Optional.of(new Cut(
                traffic.peers().addresses(),
                range.first(),
                range.last(),
                traffic.ports().side(),
                listeners));
    }
}
