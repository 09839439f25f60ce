package io.faultline.fault.shaping;

import static io.faultline.world.ResolvedTargets.plain;
import static io.faultline.world.Written.part;
import static io.faultline.world.Written.verb;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.ActionState.Counted;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.fault.shaping.Delay.Distribution;
import io.faultline.fault.shaping.Impairment.Corruption;
import io.faultline.fault.shaping.Impairment.Duplication;
import io.faultline.fault.shaping.Impairment.Reordering;
import io.faultline.fault.shaping.ShapeOrder.Netem;
import io.faultline.fault.shaping.ShapeOrder.Tbf;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.NetworkNamespace;
import io.faultline.world.Told;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a shape does to an interface and counts there. */
class TrafficShapeTest {

    private static final NetworkInterface ETH0 = plain("eth0", List.of("172.17.0.2"));
    private static final Delay DELAY = Delay.of(Duration.ofMillis(200));

    @Test
    void tellsTheInterfaceAndHowItServesItsPackets() {
        TrafficShape shape = leaving(everything(DELAY));

        assertThat(verb(shape)).isEqualTo("shape");
        assertThat(part(shape, "interface")).isEqualTo("\"eth0\"");
        assertThat(part(shape, "queue")).isEqualTo("1000");
        assertThat(part(shape, "direction")).isEqualTo("\"OUT\"");
        assertThat(part(shape, "classes"))
                .isEqualTo(
                        "[{\"traffic\":{\"peers\":[],\"transport\":\"\",\"first\":0,\"last\":0,\"side\":\"OWN\","
                                + "\"flow\":\"BOTH\",\"published\":[]},\"netem\":{\"limit\":100000,\"delay_us\":200000,\"jitter_us\":0,"
                                + "\"correlation\":0.0,\"distribution\":\"UNIFORM\",\"duplicate\":0.0,\"reorder\":0.0,\"corrupt\":0.0}}]");
    }

    @Test
    void holdsToARateWithRoomForABurstAndHalfASecondsQueue() {
        TrafficShape shape =
                new TrafficShape("redis", namespace(), ETH0, Direction.IN, List.of(everything(BitRate.mbit(1))));

        assertThat(part(shape, "direction")).isEqualTo("\"IN\"");
        assertThat(part(shape, "classes")).endsWith("\"tbf\":{\"rate\":1000000,\"burst\":3028,\"limit\":62500}}]");
    }

    @Test
    void namesAllThatNetemIsTold() {
        LinkImpairments quality = LinkImpairments.of(
                new Delay(Duration.ofMillis(100), Duration.ofMillis(20), 25, Distribution.NORMAL),
                new Duplication(1),
                new Reordering(12.5, Duration.ofMillis(10)),
                new Corruption(0.1));

        assertThat(quality.netem(1500))
                .isEqualTo(new Netem(100_000, 100_000, 20_000, 25, Distribution.NORMAL, 1, 12.5, 0.1));
        assertThat(quality)
                .hasToString("corrupt 0.1 %, delay 100 ms ± 20 ms, 25 % correlated, normal, duplicate 1 %, "
                        + "reorder 12.5 %");
    }

    @Test
    void reordersBehindAWaitOfItsOwnOnlyWithoutADelay() {
        Reordering reordering = new Reordering(25, Duration.ofMillis(10));

        assertThat(LinkImpairments.of(reordering).netem(1500))
                .isEqualTo(new Netem(100_000, 10_000, 0, 0, Distribution.UNIFORM, 0, 25, 0));
        assertThat(LinkImpairments.of(reordering, DELAY).netem(1500))
                .isEqualTo(new Netem(100_000, 200_000, 0, 0, Distribution.UNIFORM, 0, 25, 0));
    }

    @Test
    void slowsAndDelaysTheSamePacketsOneBehindTheOther() {
        LinkImpairments slow = LinkImpairments.of(DELAY, BitRate.mbit(10));

        assertThat(slow.tbf(BitRate.mbit(10), 1500)).isEqualTo(new Tbf(10_000_000, 6250, 625_000));
        assertThat(slow.netem(1500)).isEqualTo(new Netem(583, 200_000, 0, 0, Distribution.UNIFORM, 0, 0, 0));
    }

    @Test
    void countsWhatTheAgentSaysThatItServed() {
        assertThat(leaving(everything(DELAY)).evidence(Told.counted(new Counted(Direction.OUT, 24, 64))))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.OUT, EvidenceUnit.SHAPED, 24, 64));
    }

    @Test
    void turnsIntoAnotherStrengthOfItself() {
        TrafficShape shape = leaving(everything(DELAY));

        assertThat(shape.canBecome(leaving(everything(Delay.of(Duration.ofMillis(400))))))
                .isTrue();
        assertThat(shape.canBecome(leaving(everything(new Duplication(5))))).isFalse();
    }

    @Test
    void tellsAllThatIsWrongWithADelay() {
        assertThatThrownBy(() -> new Delay(Duration.ofMinutes(2), Duration.ofMinutes(3), 101, Distribution.UNIFORM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a delay of 120000 ms")
                .hasMessageContaining("a jitter of 180000 ms")
                .hasMessageContaining("a correlation of 101.0 %");
        assertThatThrownBy(() -> new Duplication(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Corruption(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BitRate.kbit(0.5)).isInstanceOf(IllegalArgumentException.class);
    }

    private static TrafficClass everything(Impairment impairment) {
        return new TrafficClass(Peers.everyone(), Ports.ALL, LinkImpairments.of(impairment));
    }

    private static TrafficShape leaving(TrafficClass shape) {
        return new TrafficShape("redis", namespace(), ETH0, Direction.OUT, List.of(shape));
    }

    private static NetworkNamespace namespace() {
        return new NetworkNamespace(100, 1);
    }
}
