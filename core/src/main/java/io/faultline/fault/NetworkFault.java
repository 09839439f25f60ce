package io.faultline.fault;

import io.faultline.effect.Traffic.Flow;
import io.faultline.topology.Target;
import java.util.Optional;

/**
 * What faults of packets have in common: the verbs that say which packets they are about. Each returns another fault.
 * Immutable.
 *
 * @param <F> the fault itself
 */
public abstract class NetworkFault<F extends NetworkFault<F>> implements Fault {

    private final NetworkScope scope;

    protected NetworkFault(NetworkScope scope) {
        this.scope = scope;
    }

    /**
     * The same fault about these packets.
     *
     * @throws IllegalArgumentException if it cannot be about them
     */
    protected abstract F with(NetworkScope which);

    protected final NetworkScope scope() {
        return scope;
    }

    /** Only what goes to, or comes from, this other target. */
    public F towards(Target peer) {
        if (targets().stream()
                .filter(each -> !scope.other().equals(Optional.of(each))) // which another one may replace
                .anyMatch(each -> each.reference().equals(peer.reference()))) {
            throw new IllegalArgumentException(
                    "What " + peer + " sends to itself goes over loopback, which is left alone. Name another target.");
        }
        return with(scope.towards(peer));
    }

    /**
     * Only what goes to, or comes from, these, in Docker or outside. Ports are then the others' ports.
     *
     * @param addresses IPv4 or IPv6 addresses, networks as {@code 10.0.0.0/8}, or host names outside Docker as {@code
     *     db.example.com}, which this JVM looks up once, now
     * @throws IllegalArgumentException if one of them is none of that
     */
    public F towards(String... addresses) {
        return with(scope.towards(ExternalPeers.peers(addresses)));
    }

    /**
     * Only what belongs to this port: the target's own, with {@code towards} the other's, between targets either's.
     *
     * @throws IllegalArgumentException if there is no such port
     */
    public F port(int port) {
        return ports(port, port);
    }

    /**
     * The same for a range, both ends included. A protocol with a second port for its data then has a control connection
     * that works and a data connection that hangs.
     *
     * @throws IllegalArgumentException if there is no such range
     */
    public F ports(int first, int last) {
        return with(scope.withPorts(scope.ports().withRange(first, last)));
    }

    /**
     * Only this protocol.
     *
     * @param name {@code tcp}, {@code udp}, {@code sctp} or {@code icmp}, which means that of IPv6 too
     * @throws IllegalArgumentException if it is none of these
     */
    public F protocol(String name) {
        return with(scope.withPorts(scope.ports().withTransport(name)));
    }

    /** One way: only what the target, or the first group, would receive. */
    public F incomingOnly() {
        return with(scope.withFlow(Flow.INTO));
    }

    /** One way: only what the target, or the first group, sends. */
    public F outgoingOnly() {
        return with(scope.withFlow(Flow.OUT_OF));
    }

    /** What it sends and what it receives. */
    public F bothWays() {
        return with(scope.withFlow(Flow.BOTH));
    }

    /**
     * Only in the containers' own namespaces. A client of a published port then keeps its connection to docker-proxy, which
     * answers its keepalives: useful to reproduce that trap, and misleading for anything else.
     */
    public F containerLegOnly() {
        return with(scope.onContainerLegOnly());
    }
}
