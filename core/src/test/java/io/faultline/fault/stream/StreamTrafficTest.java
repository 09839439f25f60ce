package io.faultline.fault.stream;

import static io.faultline.world.Written.part;
import static io.faultline.world.Written.verb;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.ActionState.Counted;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic.Sign;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Told;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamTrafficTest {

    private static final PacketFilter FILTER = new PacketFilter(Flavour.NFTABLES, false, Expiry.NONE, false);
    private final StreamTraffic data = traffic(Sign.DATA);

    @Test
    void countsWhatCarriesDataToAndFromTheProxy() {
        assertThat(verb(data)).isEqualTo("count");
        assertThat(part(data, "counters"))
                .isEqualTo("[{\"direction\":\"IN\",\"end\":\"DESTINATION\",\"port\":8666,\"flag\":\"PSH\"},"
                        + "{\"direction\":\"IN\",\"end\":\"SOURCE\",\"port\":6379,\"flag\":\"PSH\"}]");
    }

    @Test
    void knowsItsCountersByTheirOrder() {
        assertThat(data.evidence(Told.counted(new Counted(Direction.IN, 3, 3), new Counted(Direction.IN, 4, 4))))
                .containsExactly(
                        new Count(Leg.Kind.STREAM, Direction.IN, EvidenceUnit.STREAMED, 3, 3),
                        new Count(Leg.Kind.STREAM, Direction.OUT, EvidenceUnit.STREAMED, 4, 4));
    }

    @Test
    void countsWhatTellsClientsThatTheirConnectionEnded() {
        assertThat(part(traffic(Sign.ENDED), "counters"))
                .isEqualTo("[{\"direction\":\"OUT\",\"end\":\"SOURCE\",\"port\":8666,\"flag\":\"RST\"},"
                        + "{\"direction\":\"OUT\",\"end\":\"SOURCE\",\"port\":8666,\"flag\":\"FIN\"}]");
    }

    private static StreamTraffic traffic(Sign sign) {
        return new StreamTraffic(
                ResolvedTargets.stream(ResolvedTargets.TARGET, 6379),
                FILTER,
                Set.of(Way.UPSTREAM, Way.DOWNSTREAM),
                Set.of(sign));
    }
}
