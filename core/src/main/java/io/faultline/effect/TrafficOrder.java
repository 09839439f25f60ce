package io.faultline.effect;

import io.faultline.effect.Ports.Range;
import io.faultline.effect.Ports.Side;
import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.Leg;
import java.util.List;

/**
 * Which packets are meant, as the agent is told.
 *
 * @param peers addresses and networks; none for everyone
 * @param transport empty for every protocol, or for TCP and UDP if there are ports
 * @param first of the ports that are meant, both ends included; 0 if all are
 * @param published where docker-proxy listens, if it is its leg; ports and protocols are theirs then
 */
public record TrafficOrder(
        List<String> peers, String transport, int first, int last, Side side, Flow flow, List<Listener> published) {

    /** An address and a port of the Docker host. */
    public record Listener(String address, int port, String transport) {}

    public static TrafficOrder of(Traffic traffic) {
        return new TrafficOrder(
                traffic.peers().addresses(),
                traffic.ports().transport().orElse(""),
                traffic.ports().range().map(Range::first).orElse(0),
                traffic.ports().range().map(Range::last).orElse(0),
                traffic.ports().side(),
                traffic.flow(),
                List.of());
    }

    /** That of a leg. */
    public static TrafficOrder of(Traffic traffic, Leg where) {
        TrafficOrder all = of(traffic);
        List<Listener> published = where.ports().stream()
                .map(port -> new Listener(port.hostAddress(), port.hostPort(), port.transport()))
                .toList();
        return new TrafficOrder(all.peers, all.transport, all.first, all.last, all.side, all.flow, published);
    }
}
