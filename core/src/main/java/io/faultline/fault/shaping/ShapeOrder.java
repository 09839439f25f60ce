package io.faultline.fault.shaping;

import io.faultline.effect.AgentAction;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Traffic;
import io.faultline.effect.TrafficOrder;
import io.faultline.fault.shaping.Delay.Distribution;
import io.faultline.topology.NetworkInterface;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an interface serves what leaves or arrives, as the agent is told. */
record ShapeOrder(NetworkInterface at, Direction direction, List<ClassOrder> classes) implements AgentAction {

    /** What is done to some packets: held to a rate, or made worse in other ways, or both. */
    record ClassOrder(
            TrafficOrder traffic,
            @Nullable Tbf tbf,
            @Nullable Netem netem) {

        static ClassOrder of(TrafficClass each, int mtu) {
            LinkImpairments quality = each.quality();
            return new ClassOrder(
                    TrafficOrder.of(new Traffic(each.peers(), each.ports(), Traffic.Flow.BOTH)),
                    quality.rate().map(rate -> quality.tbf(rate, mtu)).orElse(null),
                    quality.usesNetem() ? quality.netem(mtu) : null);
        }
    }

    /**
     * A token bucket.
     *
     * @param rate in bits a second
     * @param burst in bytes
     * @param limit of bytes that wait
     */
    record Tbf(long rate, long burst, long limit) {}

    /**
     * What the kernel's network emulator does; shares in percent.
     *
     * @param limit of packets that wait
     * @param correlation how much of a packet's jitter is that of the one before
     */
    record Netem(
            long limit,
            long delay_us,
            long jitter_us,
            double correlation,
            Distribution distribution,
            double duplicate,
            double reorder,
            double corrupt) {}

    @Override
    public String verb() {
        return "shape";
    }

    @Override
    public Object request() {
        return Map.of("interface", at.name(), "queue", at.queueLength(), "direction", direction, "classes", classes);
    }
}
