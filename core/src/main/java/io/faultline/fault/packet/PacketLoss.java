package io.faultline.fault.packet;

import io.faultline.effect.Traffic;
import io.faultline.effect.Traffic.Flow;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Direction;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Narrowing;
import io.faultline.fault.Needs;
import io.faultline.fault.NetworkFault;
import io.faultline.fault.NetworkScope;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loses some of a target's packets until healed, of every protocol, IPv4 and IPv6, in both directions unless asked
 * otherwise. TCP sends what was lost again: its users see delays, and with much loss timeouts; users of UDP see the loss.
 * Each direction loses by itself, so of 10 % each way 19 % of round trips are lost.
 *
 * <p>On every leg of every route, as a {@link Partition} is: a client of a published port loses packets on its own way to
 * docker-proxy, and the proxy on its way to the container. Needs iptables with its statistic match on the Docker host's
 * kernel; netem is not needed. Immutable.
 */
public final class PacketLoss extends NetworkFault<PacketLoss> {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("packet-loss", Options.class, "Loses some of a container's packets.")
            .variant(
                    "PacketLoss",
                    Needs.packetFilterAnd(Feature.STATISTIC),
                    "packets lost of those seen, by leg and direction",
                    "as Partition",
                    "as Partition; by iptables and with a seed one rule for each percent");

    private final Target target;
    private final PacketAction action;
    private final String amount;

    private PacketLoss(Target target, NetworkScope scope, PacketAction action, String amount) {
        super(scope);
        this.target = target;
        this.action = action;
        this.amount = amount;
    }

    private static PacketLoss of(Target target, PacketAction action, String amount) {
        return new PacketLoss(target, NetworkScope.of(Flow.BOTH), action, amount);
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

    @Override
    protected PacketLoss with(NetworkScope which) {
        return new PacketLoss(target, which, action, amount);
    }

    @Override
    public List<Target> targets() {
        return scope().targets(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        PacketPlan plan =
                new PacketPlan(this, topology.kernel().packetFilter().orElseThrow(), scope().containerLegOnly());
        Traffic traffic = new Traffic(scope().peers(target, topology, this), scope().ports(), scope().flow());
        if (scope().isTowardsSome()) {
            plan.own(topology.resolved(target), traffic, action);
        } else {
            plan.every(topology.resolved(target), traffic, action);
        }
        return plan.plan();
    }

    @Override
    public String toString() {
        return Stream.concat(Stream.of(scope().describe(target), amount), scope().details(Flow.BOTH).stream())
                .collect(Collectors.joining(", ", "PacketLoss[", "]"));
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

            Narrowing packets,

            @About("Leaves docker-proxy's leg alone, on purpose.") @Default("false")
            boolean containerLegOnly)
            implements FaultFactory {

        @Override
        public Fault make() {
            PacketLoss loss = packets.of(lost(), direction);
            return containerLegOnly ? loss.containerLegOnly() : loss;
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
