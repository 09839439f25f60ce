package io.faultline.fault.packet;

import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.effect.Traffic;
import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.ExternalPeers;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loses some of a target's packets until healed, of every protocol, IPv4 and IPv6, in both directions unless asked
 * otherwise. TCP sends what was lost again: its users see delays, and with much loss timeouts; users of UDP see the loss.
 * Each direction loses by itself, so of 10 % each way 19 % of round trips are lost.
 *
 * <p>On every leg of every route, as a {@link Partition} is: a client of a published port loses packets on its own way to
 * docker-proxy, and the proxy on its way to the container. Needs iptables with its statistic match on the Docker host's
 * kernel; netem is not needed. Immutable.
 */
public final class PacketLoss implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("packet-loss", Options.class, "Loses some of a container's packets.")
            .variant(
                    "PacketLoss",
                    Needs.packetFilterAnd(Feature.STATISTIC),
                    "packets lost of those seen, by leg and direction",
                    "as Partition",
                    "as Partition; with a seed one rule for each percent");

    private final Target target;
    private final PacketAction action;
    private final String amount;
    private final Optional<Peers> peers;
    private final Ports ports;
    private final Flow flow;
    private final boolean containerLegOnly;

    private PacketLoss(
            Target target,
            PacketAction action,
            String amount,
            Optional<Peers> peers,
            Ports ports,
            Flow flow,
            boolean containerLegOnly) {
        this.target = target;
        this.action = action;
        this.amount = amount;
        this.peers = peers;
        this.ports = ports;
        this.flow = flow;
        this.containerLegOnly = containerLegOnly;
    }

    private static PacketLoss of(Target target, PacketAction action, String amount) {
        return new PacketLoss(target, action, amount, Optional.empty(), Ports.ALL, Flow.BOTH, false);
    }

    /**
     * Each packet by chance. The kernel draws, and takes no seed; see {@link #seeded} for a loss that repeats itself.
     *
     * @param percent 0.000001 to 100
     * @throws IllegalArgumentException if it is not
     */
    public static PacketLoss random(Target target, double percent) {
        return of(target, new PacketAction.LostAtRandom(percent / 100), percent(percent));
    }

    private static String percent(double percent) {
        return new BigDecimal(percent, new MathContext(4)).stripTrailingZeros().toPlainString() + " %";
    }

    /**
     * Of every 100 packets of a direction exactly so many, and the same ones each time round: which, the seed decides.
     *
     * @param percent 1 to 100
     * @throws IllegalArgumentException if it is not
     */
    public static PacketLoss seeded(Target target, int percent, long seed) {
        return of(target, PacketAction.LostByPattern.seeded(percent, seed), percent + " %, seed " + seed);
    }

    /**
     * Every so many packets of a direction one.
     *
     * @param number 1 for each packet, 2 for each second one
     * @throws IllegalArgumentException if it is less than 1
     */
    public static PacketLoss every(Target target, int number) {
        return of(target, new PacketAction.LostByPattern(number, List.of(number)), "1 of every " + number);
    }

    /**
     * Only between the target and these.
     *
     * @param addresses IPv4 or IPv6 addresses, networks as {@code 10.0.0.0/8}, or host names outside Docker as {@code
     *     db.example.com}, which this JVM looks up once, now
     * @throws IllegalArgumentException if one of them is none of that
     */
    public PacketLoss towards(String... addresses) {
        return new PacketLoss(
                target,
                action,
                amount,
                Optional.of(ExternalPeers.peers(addresses)),
                ports.withSide(Side.OTHER),
                flow,
                containerLegOnly);
    }

    /** Only what belongs to this port: the target's own, or with {@link #towards} the other's. */
    public PacketLoss port(int port) {
        return new PacketLoss(target, action, amount, peers, ports.withRange(port, port), flow, containerLegOnly);
    }

    /**
     * Only this protocol.
     *
     * @param name {@code tcp}, {@code udp}, {@code sctp} or {@code icmp}, which means that of IPv6 too
     * @throws IllegalArgumentException if it is none of these
     */
    public PacketLoss protocol(String name) {
        return new PacketLoss(target, action, amount, peers, ports.withTransport(name), flow, containerLegOnly);
    }

    /** Only what the target would receive. */
    public PacketLoss incomingOnly() {
        return new PacketLoss(target, action, amount, peers, ports, Flow.INTO, containerLegOnly);
    }

    /** Only what the target sends. */
    public PacketLoss outgoingOnly() {
        return new PacketLoss(target, action, amount, peers, ports, Flow.OUT_OF, containerLegOnly);
    }

    /** Only in the container's own namespace: clients of docker-proxy then see what its retransmissions make of it. */
    public PacketLoss containerLegOnly() {
        return new PacketLoss(target, action, amount, peers, ports, flow, true);
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        PacketPlan plan = new PacketPlan(this, topology.kernel().packetFilter().orElseThrow(), containerLegOnly);
        ResolvedTarget resolved = topology.resolved(target);
        if (peers.isPresent()) {
            plan.own(resolved, new Traffic(peers.get(), ports, flow), action);
        } else {
            plan.every(resolved, new Traffic(Peers.everyone(), ports, flow), action);
        }
        return plan.plan();
    }

    @Override
    public String toString() {
        List<String> parts =
                new ArrayList<>(List.of(target + peers.map(each -> " | " + each).orElse(""), amount));
        if (!ports.equals(Ports.ALL.withSide(ports.side()))) {
            parts.add(ports.toString());
        }
        if (flow != Flow.BOTH) {
            parts.add(flow == Flow.INTO ? "incoming only" : "outgoing only");
        }
        if (containerLegOnly) {
            parts.add("container leg only");
        }
        return "PacketLoss[" + String.join(", ", parts) + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("How many of 100 packets, by chance; with a seed a whole number, and the same ones each time.")
            Optional<Double> percent,

            @About("One of every so many.") Optional<Integer> every,

            @About("Decides which ones, if it is not negative.")
            Optional<Long> seed,

            @About("Which way packets go, seen from the container.") @Default("both")
            Direction direction,

            @About("Only packets of this port of the container.")
            Optional<Integer> port)
            implements FaultFactory {

        @Override
        public Fault make() {
            PacketLoss loss = lost();
            loss = port.map(loss::port).orElse(loss);
            return direction.of(loss, PacketLoss::incomingOnly, PacketLoss::outgoingOnly);
        }

        private PacketLoss lost() {
            if (percent.isPresent() == every.isPresent()) {
                throw new IllegalArgumentException("Name either percent or every.");
            }
            if (every.isPresent()) {
                return PacketLoss.every(target, every.get());
            }
            double share = percent.orElseThrow();
            return seed.filter(number -> number >= 0)
                    .map(number -> seeded(target, whole(share), number))
                    .orElseGet(() -> random(target, share));
        }

        private static int whole(double percent) {
            if (percent != Math.rint(percent)) {
                throw new IllegalArgumentException(
                        "percent = " + percent + " goes with no seed: of every 100 packets a whole number is lost.");
            }
            return (int) percent;
        }
    }
}
