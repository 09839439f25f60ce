package io.faultline.inject;

import io.faultline.effect.Effect;
import io.faultline.observe.TcpSocket;
import io.faultline.terrain.Hop;
import io.faultline.terrain.Leg;
import io.faultline.terrain.Terrain;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which connections of a client a fault's effects can reach. Pure. */
public record Reach(List<Effect> effects, Terrain terrain) {

    public Reach {
        effects = List.copyOf(effects);
    }

    /** Whether a client's connection leads to one of the fault's targets, over whatever leg. */
    public boolean leadsToTarget(TcpSocket connection) {
        return firstHops(connection).findAny().isPresent();
    }

    /** Whether a client's packets on this connection meet the fault. */
    public boolean carries(TcpSocket connection) {
        return firstHops(connection).anyMatch(hop -> effects.stream().anyMatch(effect -> effect.hits(hop)));
    }

    /** Whether whoever it reaches hears nothing, also if he does not speak. */
    public boolean silences() {
        return effects.stream().anyMatch(Effect::stopsAll);
    }

    /** What a client that did not bear it could do better, where that does not depend on its connections. */
    public Optional<String> cure() {
        return effects.stream().flatMap(effect -> effect.cure().stream()).findFirst();
    }

    /** The legs that packets on these connections meet first. */
    public Set<Leg.Kind> legs(List<TcpSocket> connections) {
        return connections.stream()
                .flatMap(connection -> firstHops(connection).map(Hop::leg))
                .collect(Collectors.toSet());
    }

    private Stream<Hop> firstHops(TcpSocket connection) {
        return terrain.firstHops(connection.peerAddress(), connection.peerPort());
    }
}
