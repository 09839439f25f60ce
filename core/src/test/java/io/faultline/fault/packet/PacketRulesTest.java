package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.HOST;
import static io.faultline.world.ResolvedTargets.proxied;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Command;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.effect.Traffic;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.world.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketRulesTest {

    private static final String TAG = "FAULTLINE-0a1b2c3d-7";
    private static final Instant EXPIRY = Instant.parse("2026-11-23T04:05:06Z");
    private static final Peers FRIEND = new Peers("friend", List.of("172.17.0.3", "fd00::3"));
    private static final Peers STRANGER = new Peers("stranger", List.of("172.17.0.4"));

    static Stream<PacketRules> drops() {
        List<PacketRules> drops = new ArrayList<>();
        for (Flavour flavour : Flavour.values()) {
            for (Expiry expiry : Expiry.values()) {
                for (boolean ipv6 : List.of(true, false)) {
                    PacketFilter filter = new PacketFilter(flavour, ipv6, expiry, ipv6);
                    for (Leg leg : List.of(container(100), proxy(32768))) {
                        drops.add(new PacketRules(
                                "redis", leg, filter, Traffic.with(Peers.everyone()), new PacketAction.Dropped()));
                        drops.add(new PacketRules(
                                "redis", leg, filter, Traffic.with(FRIEND), new PacketAction.Dropped()));
                    }
                }
            }
        }
        return drops.stream();
    }

    private static Stream<Traffic> traffics() {
        return Stream.of(Ports.Side.values())
                .map(Ports.ALL.withTransport("tcp").withRange(1, 9)::withSide)
                .flatMap(ports -> Stream.of(Traffic.Flow.values())
                        .flatMap(flow -> Stream.of(FRIEND, Peers.everyone())
                                .flatMap(peers -> Stream.of(
                                        new Traffic(peers, ports, flow), new Traffic(peers, Ports.ALL, flow)))));
    }

    private static Stream<PacketAction> fates() {
        return Stream.of(
                new PacketAction.Rejected(),
                new PacketAction.Reset(),
                new PacketAction.LostAtRandom(0.1),
                PacketAction.LostByPattern.seeded(5, 1));
    }

    @ParameterizedTest
    @MethodSource("drops")
    void undoesExactlyWhatItDoes(PacketRules drop) {
        requireExactUndo(drop);
    }

    @Test
    void undoesExactlyWhatItDoesToWhateverTraffic() {
        drops().limit(16)
                .forEach(drop -> traffics()
                        .forEach(traffic -> requireExactUndo(new PacketRules(
                                "redis", drop.where(), drop.filter(), traffic, new PacketAction.Dropped()))));
    }

    @Test
    void undoesExactlyWhatItDoesWhateverBecomesOfThePackets() {
        drops().forEach(drop -> fates().forEach(action ->
                requireExactUndo(new PacketRules("redis", drop.where(), drop.filter(), drop.traffic(), action))));
    }

    private static void requireExactUndo(PacketRules drop) {
        Script script = drop.script(TAG, EXPIRY);
        List<String> undone = lines(script.undo());

        // Each line's inverse, tool by tool: nothing that was added stays, and nothing else is touched.
        assertThat(undone).as(drop::toString).containsExactlyInAnyOrderElementsOf(inverses(lines(script.apply())));
        assertThat(undone).allMatch(line -> line.contains(TAG) || line.endsWith("*filter") || line.endsWith("COMMIT"));
    }

    @ParameterizedTest
    @MethodSource("drops")
    void destroysSetsOnlyWhenNoRuleUsesThem(PacketRules drop) {
        Script script = drop.script(TAG, EXPIRY);
        int sets = drop.filter().expiry() == Expiry.IPSET ? 1 : 0;

        assertThat(script.undo()).hasSize(1 + sets);
        assertThat(script.undo().get(0)).allMatch(command -> command.tool().contains("tables"));
        assertThat(script.prepare().get(sets))
                .allMatch(command -> command.tool().contains("tables"));
        assertThat(script.arm()).hasSize(sets);
        assertThat(script.disarm()).hasSize(sets);
        assertThat(script.counters()).hasSize(drop.filter().ipv6() ? 2 : 1);
    }

    @Test
    void renewsEveryEntryThatItMade() {
        PacketFilter filter = new PacketFilter(Flavour.NFT, true, Expiry.IPSET, true);

        assertThat(new PacketRules("redis", container(100), filter, Traffic.with(FRIEND), new PacketAction.Dropped())
                        .script(TAG, EXPIRY)
                        .arm())
                .containsExactly(new Command("ipset", """
                        add FAULTLINE-0a1b2c3d-7-4 172.17.0.3 timeout 15 -exist
                        add FAULTLINE-0a1b2c3d-7-6 fd00::3 timeout 15 -exist
                        """));
    }

    @Test
    void isDisarmedByEmptyingBothSets() {
        PacketFilter filter = new PacketFilter(Flavour.NFT, true, Expiry.IPSET, true);

        assertThat(new PacketRules(
                                "redis",
                                container(100),
                                filter,
                                Traffic.with(Peers.everyone()),
                                new PacketAction.Dropped())
                        .script(TAG, EXPIRY)
                        .disarm())
                .containsExactly(new Command("ipset", "flush FAULTLINE-0a1b2c3d-7-4\nflush FAULTLINE-0a1b2c3d-7-6\n"));
    }

    @Test
    void overlapsWhereBothWouldStopTheSamePackets() {
        assertThat(drop(container(100), Peers.everyone()).overlaps(drop(container(100), FRIEND)))
                .isTrue();
        assertThat(drop(container(100), FRIEND).overlaps(drop(container(100), Peers.everyone())))
                .isTrue();
        assertThat(drop(container(100), FRIEND).overlaps(drop(container(100), FRIEND)))
                .isTrue();
        assertThat(drop(container(100), FRIEND).overlaps(drop(container(100), STRANGER)))
                .isFalse();
        assertThat(drop(container(100), Peers.everyone()).overlaps(drop(container(101), Peers.everyone())))
                .isFalse();
        assertThat(drop(proxy(1), Peers.everyone()).overlaps(drop(proxy(1), Peers.everyone())))
                .isTrue();
        assertThat(drop(proxy(1), Peers.everyone()).overlaps(drop(proxy(2), Peers.everyone())))
                .isFalse();
        assertThat(drop(proxy(1), Peers.everyone()).overlaps(drop(container(900), Peers.everyone())))
                .isFalse();
    }

    @Test
    void isIntactOnlyWithItsRulesAndAllItsJumpsInBothFamilies() {
        PacketRules drop = drop(container(100), Peers.everyone());
        String ipv4 = """
                :FAULTLINE-0a1b2c3d-7-i - [0:0]
                [0:0] -A INPUT ! -i lo -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7-i
                [0:0] -A FORWARD -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7-f
                [0:0] -A OUTPUT ! -o lo -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o
                [0:0] -A FAULTLINE-0a1b2c3d-7-i -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
                [0:0] -A FAULTLINE-0a1b2c3d-7-i -j NFQUEUE --queue-num 64999
                [0:0] -A FAULTLINE-0a1b2c3d-7-f -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
                [0:0] -A FAULTLINE-0a1b2c3d-7-f -j NFQUEUE --queue-num 64999
                [0:0] -A FAULTLINE-0a1b2c3d-7-o -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
                [0:0] -A FAULTLINE-0a1b2c3d-7-o -j NFQUEUE --queue-num 64999
                """;
        String neighbours = "[0:0] -A FAULTLINE-0a1b2c3d-7-%s -p ipv6-icmp -m icmp6 --icmpv6-type %d -j RETURN\n";
        String ipv6 = ipv4
                + Stream.of("i", "f", "o")
                        .flatMap(chain -> Stream.of(135, 136).map(type -> neighbours.formatted(chain, type)))
                        .collect(Collectors.joining());
        String noJump = ipv6.replace("-A OUTPUT", "-A elsewhere");
        String noDrop = ipv4.replace("-A FAULTLINE-0a1b2c3d-7-i -j", "-A other -j");

        assertThat(drop.isIntact(TAG, readings(ipv4, ipv6))).isTrue();
        assertThat(drop.isIntact(TAG, readings(ipv4, noJump))).isFalse();
        assertThat(drop.isIntact(TAG, readings(noDrop, ipv6))).isFalse();
        assertThat(drop.isIntact(TAG, readings(ipv4))).isFalse();
        assertThat(drop.isIntact("FAULTLINE-0a1b2c3d-77", readings(ipv4, ipv6))).isFalse();
    }

    private static PacketRules drop(Leg leg, Peers peers) {
        return new PacketRules(
                "redis",
                leg,
                new PacketFilter(Flavour.NFT, true, Expiry.IPSET, true),
                Traffic.with(peers),
                new PacketAction.Dropped());
    }

    private static Readings readings(String... counters) {
        return Told.printed(counters);
    }

    private static Leg container(long inode) {
        return new Leg(Leg.Kind.CONTAINER, new NetworkNamespace(inode, 1), List.of());
    }

    private static Leg proxy(int port) {
        return new Leg(Leg.Kind.PROXY, HOST, List.of(proxied("0.0.0.0", port), proxied("::", port)));
    }

    private static List<String> lines(List<List<Command>> stages) {
        return stages.stream()
                .flatMap(List::stream)
                .flatMap(command -> command.input().lines().map(line -> command.tool() + ": " + line))
                .toList();
    }

    private static List<String> inverses(List<String> applied) {
        return applied.stream()
                .filter(line -> !line.contains(": add ")) // entries go with their set
                .map(line -> line.replaceFirst("-I (\\w+) 1 ", "-D $1 ")
                        .replaceFirst(": create (\\S+) .*", ": destroy $1")
                        .replaceFirst(":(FAULTLINE\\S+) - .*", "-X $1")
                        .replaceFirst("-A (FAULTLINE\\S+) .*", "-F $1"))
                .distinct() // one flush for all rules of a chain
                .toList();
    }
}
