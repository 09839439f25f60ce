package io.faultline.inject;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
import io.faultline.effect.Effect.TcpConnection;
import io.faultline.effect.Impact;
import io.faultline.observe.Client;
import io.faultline.observe.TcpSocket;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Topology;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Which connections of a client a fault's effects can reach. Pure. */
@API(status = Status.INTERNAL)
public record Reach(List<Effect> effects, Topology topology) {

    public Reach {
        effects = List.copyOf(effects);
    }

    /** Whether a client's connection leads to one of the fault's targets, over whatever leg. */
    public boolean leadsToTarget(TcpSocket connection) {
        return firstHops(connection).findAny().isPresent();
    }

    /** Whether a client's packets on this connection meet the fault, whichever client it is. */
    public boolean carries(TcpSocket connection) {
        return firstHops(connection).anyMatch(hop -> effects.stream().anyMatch(effect -> effect.hits(hop)));
    }

    /** An effect that a connection meets, and how it shows there. */
    public record Met(Effect effect, Impact impact) {}

    /** The effects that this connection of a client meets; empty if it meets none. */
    public Set<Met> met(TcpSocket connection, Client client) {
        Set<Met> met = new LinkedHashSet<>();
        for (ResolvedTarget resolved : topology.resolvedTargets()) {
            List<Effect> here =
                    effects.stream().filter(effect -> effect.isOn(resolved)).toList();
            if (isThe(client, resolved)) {
                TcpConnection own = new TcpConnection(
                        connection.local().port(),
                        connection.peer().address(),
                        connection.peer().port());
                here.stream()
                        .filter(effect -> effect.meetsOwn(own))
                        .map(effect -> new Met(effect, effect.impact()))
                        .forEach(met::add);
            }
            hops(resolved, connection)
                    .forEach(hop -> here.forEach(effect ->
                            impact(effect, hop, connection).ifPresent(impact -> met.add(new Met(effect, impact)))));
        }
        return met;
    }

    /**
     * How an effect shows on a connection. Who is connected to a proxy before the target has his packets acknowledged there:
     * what is cut behind it is an answer that does not come.
     */
    private static Optional<Impact> impact(Effect effect, Hop hop, TcpSocket connection) {
        if (effect.meets(hop, connection.local().address())) {
            return Optional.of(effect.impact());
        }
        boolean isBehind = hop.leg() != Leg.Kind.CONTAINER && effect.hits(new Hop(Leg.Kind.CONTAINER, hop.port()));
        return isBehind
                ? Optional.of(effect.impact() == Impact.SILENCES ? Impact.STOPS : effect.impact())
                : Optional.empty();
    }

    /**
     * Whether packets that an effect harmed were to or from one of the targets: those of the client, if the effect is on itself, were
     * whatever the other end is.
     *
     * @param address of that other end, a literal without brackets
     */
    boolean isTargets(String address, AgentEffect effect, Client client) {
        return isAtProxy(effect) // where all that is harmed is its port's
                || topology.resolvedTargets().stream()
                        .filter(effect::isOn)
                        .anyMatch(resolved ->
                                isThe(client, resolved) || resolved.addresses().contains(address));
    }

    /** Whether an effect is where docker-proxy is, and in no target. */
    boolean isAtProxy(AgentEffect effect) {
        return topology.resolvedTargets().stream()
                .noneMatch(resolved ->
                        effect.namespace().inode() == resolved.namespace().inode());
    }

    /** Whether a connection leads to a target's own address, so that its packets there have the addresses and ports that it has. */
    boolean isDirect(TcpSocket connection) {
        String peer = connection.peer().address();
        return !peer.startsWith("fe80:") // which no flows are remembered of where there is no other IPv6
                && topology.resolvedTargets().stream()
                        .anyMatch(resolved -> resolved.addresses().contains(peer));
    }

    /** Whether one of them is on the client itself, whatever it is connected to. */
    public boolean isOn(Client client) {
        return topology.resolvedTargets().stream()
                .anyMatch(resolved ->
                        isThe(client, resolved) && effects.stream().anyMatch(effect -> effect.isOn(resolved)));
    }

    /** Whether the client is the only target. */
    public boolean isOnNobodyBut(Client client) {
        return topology.resolvedTargets().stream().allMatch(resolved -> isThe(client, resolved));
    }

    private static boolean isThe(Client client, ResolvedTarget resolved) {
        return client.containerId().filter(resolved.containerId()::equals).isPresent();
    }

    private Stream<Hop> hops(ResolvedTarget resolved, TcpSocket connection) {
        String address = connection.peer().address();
        int port = connection.peer().port();
        Stream<Hop> throughProxies = topology.streams().stream()
                .filter(route -> route.containerId().equals(resolved.containerId()) && route.isTakenBy(address, port))
                .map(route -> new Hop(Leg.Kind.STREAM, route.targetPort()));
        return Stream.concat(resolved.firstHop(address, port).stream(), throughProxies);
    }

    /** Whether a client that it reaches hears nothing, also if it does not speak. */
    public boolean silences() {
        return effects.stream().anyMatch(Effect::stopsAll);
    }

    /** Whether it can end or refuse a connection by itself. */
    public boolean ends() {
        return effects.stream()
                .map(Effect::impact)
                .anyMatch(impact -> impact == Impact.REFUSES || impact == Impact.STOPS || impact == Impact.DETACHES);
    }

    /** Whether all that it does is to make things slower, or fail now and then. */
    public boolean onlyDegrades() {
        return effects.stream().allMatch(effect -> effect.impact() == Impact.DEGRADES);
    }

    /** Whether all that it does is to lose packets without a word. */
    public boolean onlySilences() {
        return effects.stream().allMatch(effect -> effect.impact() == Impact.SILENCES);
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
        return topology.firstHops(connection.peer().address(), connection.peer().port());
    }
}
