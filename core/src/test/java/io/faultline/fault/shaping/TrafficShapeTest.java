package io.faultline.fault.shaping;

import static io.faultline.world.ResolvedTargets.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Command;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.fault.shaping.Delay.Distribution;
import io.faultline.fault.shaping.Impairment.Corruption;
import io.faultline.fault.shaping.Impairment.Duplication;
import io.faultline.fault.shaping.Impairment.Reordering;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.NetworkNamespace;
import io.faultline.world.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a shape does to an interface and counts there. */
class TrafficShapeTest {

    private static final String TAG = "FAULTLINE-0a1b2c3d-7";
    private static final NetworkInterface ETH0 = plain("eth0", List.of("172.17.0.2"));
    private static final Delay DELAY = Delay.of(Duration.ofMillis(200));

    @Test
    void delaysWhatLeavesInOneTreeThatCarriesItsTag() {
        Script script = leaving(everything(DELAY)).script(TAG, Instant.EPOCH);

        assertThat(script.prepare()).containsExactly(List.of(new Command("tc", """
                qdisc add dev eth0 root handle fa17: htb r2q 7 default 0 direct_qlen 169552957
                class add dev eth0 parent fa17: classid fa17:1 htb rate 32gbit burst 1mb cburst 1mb quantum 60000
                qdisc add dev eth0 parent fa17:1 handle fc01: netem limit 100000 delay 200000us
                filter add dev eth0 parent fa17: protocol all pref 1 u32 match u32 0 0 flowid fa17:0
                filter add dev eth0 parent fa17: protocol ip pref 2 u32 match ip dst 224.0.0.0/4 flowid fa17:0
                filter add dev eth0 parent fa17: protocol ip pref 2 u32 match u32 0 0 flowid fa17:1
                filter add dev eth0 parent fa17: protocol ipv6 pref 3 u32 match ip6 dst ff00::/8 flowid fa17:0
                filter add dev eth0 parent fa17: protocol ipv6 pref 3 u32 match ip6 protocol 58 0xff match u8 135 0xff at 40 flowid fa17:0
                filter add dev eth0 parent fa17: protocol ipv6 pref 3 u32 match ip6 protocol 58 0xff match u8 136 0xff at 40 flowid fa17:0
                filter add dev eth0 parent fa17: protocol ipv6 pref 3 u32 match u32 0 0 flowid fa17:1
                """)));
        assertThat(script.arm()).containsExactly(new Command("tc", "filter del dev eth0 parent fa17: pref 1\n"));
        assertThat(script.disarm())
                .containsExactly(new Command(
                        "tc",
                        "filter add dev eth0 parent fa17: protocol all pref 1 u32 match u32 0 0 flowid fa17:0\n"));
        assertThat(script.undo()).containsExactly(List.of(new Command("tc", "qdisc del dev eth0 root handle fa17:\n")));
        assertThat(script.expires()).isFalse();
    }

    @Test
    void leadsWhatArrivesThroughAnInterfaceOfOurOwn() {
        Script script = new TrafficShape("redis", namespace(), ETH0, Direction.IN, List.of(everything(BitRate.mbit(1))))
                .script(TAG, Instant.EPOCH);

        assertThat(script.prepare().get(0)).containsExactly(new Command("ip", """
                link add f0a1b2c3d7 type ifb
                link set dev f0a1b2c3d7 alias eth0/1000
                link set dev f0a1b2c3d7 addrgenmode none
                link set dev f0a1b2c3d7 txqueuelen 1000
                link set dev f0a1b2c3d7 up
                """));
        assertThat(script.prepare().get(1).get(0).input())
                .startsWith("qdisc add dev f0a1b2c3d7 root handle fa17: htb r2q 7 ")
                .contains(
                        "qdisc add dev f0a1b2c3d7 parent fa17:1 handle fb01: tbf rate 1000000bit burst 3028 limit 62500\n")
                .endsWith("""
                        qdisc add dev eth0 ingress
                        filter add dev eth0 parent ffff: protocol ip pref 1 u32 match u32 0 0 action mirred egress redirect dev f0a1b2c3d7
                        filter add dev eth0 parent ffff: protocol ipv6 pref 2 u32 match u32 0 0 action mirred egress redirect dev f0a1b2c3d7
                        """);
        assertThat(script.undo())
                .containsExactly(
                        List.of(new Command("tc", "qdisc del dev eth0 ingress\n")),
                        List.of(new Command("ip", "link del dev f0a1b2c3d7\n")));
    }

    @Test
    void givesAnInterfaceItsQueueLengthOfNothingBack() {
        NetworkInterface withoutQueue =
                new NetworkInterface("eth0", List.of("172.17.0.2"), 1500, 0, Optional.empty(), Optional.empty());
        Script script = new TrafficShape("redis", namespace(), withoutQueue, Direction.OUT, List.of(everything(DELAY)))
                .script(TAG, Instant.EPOCH);

        assertThat(script.prepare().get(0).get(0).input()).contains(" htb r2q 7 default ffff direct_qlen ");
        assertThat(script.undo().get(1)).containsExactly(new Command("ip", "link set dev eth0 txqueuelen 0\n"));
    }

    @Test
    void namesAllThatNetemIsTold() {
        LinkImpairments quality = LinkImpairments.of(
                new Delay(Duration.ofMillis(100), Duration.ofMillis(20), 25, Distribution.NORMAL),
                new Duplication(1),
                new Reordering(12.5, Duration.ofMillis(10)),
                new Corruption(0.1));

        assertThat(quality.netem(1500))
                .isEqualTo("netem limit 100000 corrupt 0.100000% delay 100000us 20000us 25.0000% distribution normal "
                        + "rate 32gbit duplicate 1.000000% reorder 12.500000%");
        assertThat(quality)
                .hasToString("corrupt 0.1 %, delay 100 ms ± 20 ms, 25 % correlated, normal, duplicate 1 %, "
                        + "reorder 12.5 %");
    }

    @Test
    void reordersBehindAWaitOfItsOwnOnlyWithoutADelay() {
        Reordering reordering = new Reordering(25, Duration.ofMillis(10));

        assertThat(LinkImpairments.of(reordering).netem(1500))
                .isEqualTo("netem limit 100000 delay 10000us reorder 25.000000%");
        assertThat(LinkImpairments.of(reordering, DELAY).netem(1500))
                .isEqualTo("netem limit 100000 delay 200000us reorder 25.000000%");
    }

    @Test
    void slowsAndDelaysTheSamePacketsOneBehindTheOther() {
        LinkImpairments slow = LinkImpairments.of(DELAY, BitRate.mbit(10));
        String tree = leaving(new TrafficClass(Peers.everyone(), Ports.ALL, slow))
                .script(TAG, Instant.EPOCH)
                .prepare()
                .get(0)
                .get(0)
                .input();

        assertThat(tree)
                .contains("parent fa17:1 handle fb01: tbf rate 10000000bit burst 6250 limit 625000\n")
                .contains("parent fb01:1 handle fc01: netem limit 583 delay 200000us\n");
    }

    @Test
    void countsWhatWasSentIsWaitingAndFoundNoRoom() {
        String printed = """
                qdisc htb fa17: root refcnt 2 r2q 7 default 0 direct_packets_stat 40 direct_qlen 169552957
                 Sent 4000 bytes 60 pkt (dropped 1, overlimits 2 requeues 0)
                 backlog 0b 3p requeues 0
                qdisc netem fc01: parent fa17:1 limit 100000 delay 200ms
                 Sent 1200 bytes 20 pkt (dropped 1, overlimits 0 requeues 0)
                 backlog 0b 3p requeues 0
                class htb fa17:1 root leaf fc01: prio 0 rate 32Gbit ceil 32Gbit burst 1044000b cburst 1044000b
                 Sent 1200 bytes 20 pkt (dropped 1, overlimits 0 requeues 0)
                 backlog 0b 3p requeues 0
                """;

        assertThat(leaving(everything(DELAY)).evidence(TAG, readings(printed)))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.OUT, EvidenceUnit.SHAPED, 24, 64));
    }

    @Test
    void isIntactOnlyWithItsOwnTreeAndAllItsFilters() {
        String whole = """
                qdisc htb fa17: root refcnt 2 r2q 7 default 0 direct_packets_stat 0 direct_qlen 169552957
                 Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
                qdisc netem fc01: parent fa17:1 limit 100000 delay 200ms
                filter protocol ip pref 2 u32 chain 0 fh 801::800 order 2048 key ht 801 bkt 0 *flowid fa17: not_in_hw
                filter protocol ip pref 2 u32 chain 0 fh 801::801 order 2049 key ht 801 bkt 0 *flowid fa17:1 not_in_hw
                filter protocol ipv6 pref 3 u32 chain 0 fh 802::800 order 2048 key ht 802 bkt 0 *flowid fa17: not_in_hw
                filter protocol ipv6 pref 3 u32 chain 0 fh 802::801 order 2049 key ht 802 bkt 0 *flowid fa17: not_in_hw
                filter protocol ipv6 pref 3 u32 chain 0 fh 802::802 order 2050 key ht 802 bkt 0 *flowid fa17: not_in_hw
                filter protocol ipv6 pref 3 u32 chain 0 fh 802::803 order 2051 key ht 802 bkt 0 *flowid fa17:1 not_in_hw
                """;
        TrafficShape shape = leaving(everything(DELAY));

        assertThat(shape.isIntact(TAG, readings(whole))).isTrue();
        assertThat(shape.isIntact(TAG, readings(whole + "filter protocol all pref 1 u32 *flowid fa17: not_in_hw\n")))
                .as("lifted")
                .isTrue();
        assertThat(shape.isIntact("FAULTLINE-0a1b2c3d-77", readings(whole))).isFalse();
        assertThat(shape.isIntact("FAULTLINE-0a1b2c3e-7", readings(whole))).isFalse();
        assertThat(shape.isIntact(TAG, readings(whole.replace("netem fc01", "pfifo 0"))))
                .isFalse();
        assertThat(shape.isIntact(TAG, readings(whole.replaceFirst("(?m)^filter.*fa17:1 .*\\n", ""))))
                .isFalse();
        assertThat(shape.isIntact(TAG, readings("qdisc noqueue 0: root refcnt 2\n")))
                .isFalse();
    }

    @Test
    void turnsIntoAnotherStrengthOfItself() {
        TrafficShape stronger = leaving(everything(Delay.of(Duration.ofMillis(400))));

        assertThat(leaving(everything(DELAY)).retune(TAG, stronger))
                .containsExactly(List.of(new Command(
                        "tc", "qdisc change dev eth0 parent fa17:1 handle fc01: netem limit 100000 delay 400000us\n")));
        assertThatThrownBy(() -> leaving(everything(DELAY)).retune(TAG, leaving(everything(new Duplication(5)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot become");
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

    private static Readings readings(String printed) {
        return Told.printed(printed);
    }
}
