package io.faultline.fault.shaping;

import static io.faultline.world.ResolvedTargets.plain;
import static io.faultline.world.Written.part;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Count.Direction;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.fault.shaping.Impairment.Duplication;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.NetworkNamespace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which packets a shape means, and what becomes of two that mean the same. */
class ShapedTrafficTest {

    private static final NetworkInterface ETH0 = plain("eth0", List.of("172.17.0.2"));
    private static final Delay DELAY = Delay.of(Duration.ofMillis(200));
    private static final Peers FRIEND = new Peers("friend", List.of("172.17.0.3", "fd00::3"));
    private static final Ports REDIS = Ports.ALL.withTransport("tcp").withRange(6379, 6379);

    @Test
    void meansOnlyThePeersAndPortsThatItNames() {
        TrafficClass towards = new TrafficClass(FRIEND, REDIS.withSide(Side.OTHER), LinkImpairments.of(DELAY));

        assertThat(part(leaving(towards), "classes"))
                .startsWith("[{\"traffic\":{\"peers\":[\"172.17.0.3\",\"fd00::3\"],\"transport\":\"tcp\","
                        + "\"first\":6379,\"last\":6379,\"side\":\"OTHER\",\"flow\":\"BOTH\",\"published\":[]}");
    }

    @Test
    void servesTheSamePacketsWithAllThatIsAskedForThem() {
        TrafficShape both = leaving(everything(DELAY)).and(leaving(everything(BitRate.mbit(1))));

        assertThat(both.shapes())
                .containsExactly(
                        new TrafficClass(Peers.everyone(), Ports.ALL, LinkImpairments.of(DELAY, BitRate.mbit(1))));
    }

    @Test
    void servesDifferentPacketsInClassesOfTheirOwn() {
        TrafficClass friend = new TrafficClass(FRIEND, Ports.ALL, LinkImpairments.of(DELAY));
        TrafficClass stranger = new TrafficClass(
                new Peers("stranger", List.of("172.17.0.4")), Ports.ALL, LinkImpairments.of(BitRate.mbit(1)));

        assertThat(leaving(friend).clash(leaving(stranger))).isEmpty();
        assertThat(leaving(friend).and(leaving(stranger)).shapes()).containsExactly(friend, stranger);
    }

    @Test
    void saysWhyTwoCannotBeHadTogether() {
        TrafficClass friend = new TrafficClass(FRIEND, Ports.ALL, LinkImpairments.of(BitRate.mbit(1)));
        TrafficClass stranger = new TrafficClass(
                new Peers("stranger", List.of("172.17.0.4")), Ports.ALL, LinkImpairments.of(new Duplication(1)));
        TrafficClass friendLate = new TrafficClass(FRIEND, Ports.ALL, LinkImpairments.of(DELAY));

        assertThat(leaving(everything(DELAY)).clash(leaving(everything(DELAY))))
                .contains("set the delay of the same packets");
        assertThat(leaving(everything(DELAY)).clash(leaving(friend)))
                .hasValueSatisfying(why -> assertThat(why).contains("some of the same packets"));
        assertThat(leaving(friendLate).clash(leaving(stranger)))
                .hasValueSatisfying(why -> assertThat(why).contains("none beside one that duplicates"));
        assertThat(leaving(friend).clash(leaving(stranger)))
                .as("a rate needs no netem")
                .isEmpty();
    }

    @Test
    void isMetOnTheContainersLegByWhatItMeans() {
        Hop redis = new Hop(Leg.Kind.CONTAINER, 6379);

        assertThat(leaving(everything(DELAY)).hits(redis)).isTrue();
        assertThat(leaving(new TrafficClass(Peers.everyone(), REDIS, LinkImpairments.of(DELAY)))
                        .hits(redis))
                .isTrue();
        assertThat(leaving(new TrafficClass(Peers.everyone(), REDIS, LinkImpairments.of(DELAY)))
                        .hits(new Hop(Leg.Kind.CONTAINER, 80)))
                .isFalse();
        assertThat(leaving(new TrafficClass(FRIEND, Ports.ALL, LinkImpairments.of(DELAY)))
                        .hits(redis))
                .isFalse();
        assertThat(leaving(everything(DELAY)).hits(new Hop(Leg.Kind.PROXY, 6379)))
                .isFalse();
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
