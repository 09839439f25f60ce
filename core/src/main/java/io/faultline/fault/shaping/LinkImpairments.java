package io.faultline.fault.shaping;

import io.faultline.fault.shaping.Delay.Distribution;
import io.faultline.fault.shaping.Impairment.Corruption;
import io.faultline.fault.shaping.Impairment.Duplication;
import io.faultline.fault.shaping.Impairment.Reordering;
import io.faultline.fault.shaping.ShapeOrder.Netem;
import io.faultline.fault.shaping.ShapeOrder.Tbf;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How badly a link serves its packets: impairments of different kinds, all at once. */
record LinkImpairments(List<Impairment> impairments) {

    // Room for a fast stream's packets while they wait: netem's own default of 1000 would lose some.
    private static final long UNLIMITED_PACKETS = 100_000;
    // Half a second's worth of queue, as many a modem has, but never so short that a first burst of TCP does not fit.
    private static final double QUEUE_SECONDS = 0.5;
    private static final long LEAST_PACKETS = 10;
    private static final double BURST_SECONDS = 0.005;
    private static final int ETHERNET_HEADER = 14;

    /** @throws IllegalArgumentException if there is none, or two are of one kind */
    public LinkImpairments {
        impairments = impairments.stream()
                .sorted(Comparator.comparing(each -> each.getClass().getSimpleName()))
                .toList();
        if (kinds(impairments).distinct().count() < Math.max(1, impairments.size())) {
            throw new IllegalArgumentException(impairments + " are not impairments of different kinds.");
        }
    }

    public static LinkImpairments of(Impairment... impairments) {
        return new LinkImpairments(List.of(impairments));
    }

    private static Stream<Class<?>> kinds(List<Impairment> list) {
        return list.stream().map(Impairment::getClass);
    }

    private <T extends Impairment> Optional<T> only(Class<T> kind) {
        return impairments.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    /** What both set, and only one can; empty if they can be had together. */
    Optional<String> clash(LinkImpairments other) {
        return impairments.stream()
                .filter(mine -> kinds(other.impairments).anyMatch(mine.getClass()::equals))
                .map(mine -> mine.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .findFirst();
    }

    LinkImpairments and(LinkImpairments other) {
        return new LinkImpairments(
                Stream.concat(impairments.stream(), other.impairments.stream()).toList());
    }

    boolean duplicates() {
        return only(Duplication.class).isPresent();
    }

    boolean usesNetem() {
        return impairments.stream().anyMatch(each -> !(each instanceof BitRate));
    }

    Optional<BitRate> rate() {
        return only(BitRate.class);
    }

    /** Whether the qdiscs of one can be told to be those of the other: netem keeps whatever it is not told again. */
    boolean canBecome(LinkImpairments other) {
        boolean spread = only(Delay.class)
                        .flatMap(mine -> other.only(Delay.class).filter(mine::isSpreadAs))
                        .isPresent()
                || only(Delay.class).isEmpty();
        return spread
                && kinds(impairments).toList().equals(kinds(other.impairments).toList());
    }

    /** As netem is told, if it has something to do. */
    Netem netem(int mtu) {
        Optional<Delay> delay =
                only(Delay.class).or(() -> only(Reordering.class).map(each -> Delay.of(each.waiting())));
        double waiting = delay.map(each -> each.longest().toNanos() / 1e9).orElse(0.0);
        long room = rate().map(rate -> Math.max(LEAST_PACKETS, rate.bytesIn(waiting + QUEUE_SECONDS) / mtu))
                .orElse(UNLIMITED_PACKETS);
        return new Netem(
                room,
                delay.map(each -> micros(each.time())).orElse(0L),
                delay.map(each -> micros(each.jitter())).orElse(0L),
                delay.map(Delay::correlationPercent).orElse(0.0),
                delay.map(Delay::distribution).orElse(Distribution.UNIFORM),
                only(Duplication.class).map(Duplication::percent).orElse(0.0),
                only(Reordering.class).map(Reordering::percent).orElse(0.0),
                only(Corruption.class).map(Corruption::percent).orElse(0.0));
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    /**
     * As tbf is told. Packets that are longer than its burst it cuts in pieces, where they are many that the kernel has put
     * together, so that they are spaced as on a wire.
     */
    Tbf tbf(BitRate rate, int mtu) {
        int frame = mtu + ETHERNET_HEADER;
        return new Tbf(
                rate.bitsPerSecond(),
                Math.max(2L * frame, rate.bytesIn(BURST_SECONDS)),
                Math.max(LEAST_PACKETS * frame, rate.bytesIn(QUEUE_SECONDS)));
    }

    @Override
    public String toString() {
        return impairments.stream().map(Impairment::toString).collect(Collectors.joining(", "));
    }
}
