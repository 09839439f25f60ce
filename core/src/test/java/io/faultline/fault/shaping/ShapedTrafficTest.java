package io.faultline.fault.shaping;

import static io.faultline.world.ResolvedTargets.plain;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Command;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Range;
import io.faultline.effect.Ports.Side;
import io.faultline.fault.shaping.Impairment.Duplication;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.NetworkNamespace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which packets a shape means, and what becomes of two that mean the same. */
class ShapedTrafficTest {

    private static final String TAG = "FAULTLINE-0a1b2c3d-7";
    private static final NetworkInterface ETH0 = plain("eth0", List.of("172.17.0.2"));
    private static final Delay DELAY = Delay.of(Duration.ofMillis(200));
    private static final Peers FRIEND = new Peers("friend", List.of("172.17.0.3", "fd00::3"));
    private static final Ports REDIS = Ports.ALL.withTransport("tcp").withRange(6379, 6379);

    @Test
    void meansOnlyThePeersAndPortsThatItNames() {
        TrafficClass towards = new TrafficClass(FRIEND, REDIS.withSide(Side.OTHER), LinkImpairments.of(DELAY));

        assertThat(filters(Direction.OUT, towards))
                .containsExactly(
                        "protocol ip pref 2 u32 match ip protocol 6 0xff match u16 0 0x1fff at 6 match ip dport 6379 0xffff match ip dst 172.17.0.3/32",
                        "protocol ipv6 pref 3 u32 match ip6 protocol 6 0xff match ip6 dport 6379 0xffff match ip6 dst fd00::3/128");
        assertThat(filters(Direction.IN, towards).get(0))
                .endsWith("match ip sport 6379 0xffff match ip src 172.17.0.3/32");
        assertThat(filters(Direction.OUT, new TrafficClass(Peers.everyone(), REDIS, LinkImpairments.of(DELAY)))
                        .get(0))
                .endsWith("match ip sport 6379 0xffff");
        assertThat(filters(
                        Direction.OUT,
                        new TrafficClass(Peers.everyone(), Ports.ALL.withTransport("icmp"), LinkImpairments.of(DELAY))))
                .containsExactly(
                        "protocol ip pref 2 u32 match ip protocol 1 0xff",
                        "protocol ipv6 pref 3 u32 match ip6 protocol 58 0xff");
        assertThat(filters(
                        Direction.OUT,
                        new TrafficClass(
                                Peers.everyone(),
                                Ports.ALL.withRange(80, 80).withSide(Side.EITHER),
                                LinkImpairments.of(DELAY))))
                .hasSize(8); // two protocols, two ends, two families
    }

    @Test
    void cutsAPortRangeIntoTheFewestBlocks() {
        assertThat(PacketMatch.blocks(new Range(80, 83))).containsExactly("80 0xfffc");
        assertThat(PacketMatch.blocks(new Range(1, 65535))).hasSize(16);
        assertThat(PacketMatch.blocks(new Range(5, 10)))
                .containsExactly("5 0xffff", "6 0xfffe", "8 0xfffe", "10 0xffff");
        assertThat(PacketMatch.blocks(new Range(65535, 65535))).containsExactly("65535 0xffff");
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

    private static List<String> filters(Direction direction, TrafficClass shape) {
        String tree = String.join(
                "",
                new TrafficShape("redis", namespace(), ETH0, direction, List.of(shape))
                        .script(TAG, Instant.EPOCH).prepare().stream()
                                .flatMap(List::stream)
                                .map(Command::input)
                                .toList());
        return tree.lines()
                .filter(line -> line.endsWith(" flowid fa17:1"))
                .map(line -> line.replaceFirst(".* parent fa17: ", "").replace(" flowid fa17:1", ""))
                .toList();
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
