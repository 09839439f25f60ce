package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.HOST;
import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.resolved;
import static io.faultline.world.ResolvedTargets.topology;
import static io.faultline.world.Written.commands;
import static io.faultline.world.Written.lines;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Command;
import io.faultline.effect.Effect;
import io.faultline.fault.Plan;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.ResolvedTarget;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of a partition to the letter. */
class PartitionRulesTest {

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFT, true, Expiry.IPSET, true);

    @Test
    void cutsTheContainerAndEachProxiedPortOfBothFamilies() {
        Plan plan = Partition.of(TARGET)
                .plan(topology(BEST, redis(proxied("0.0.0.0", 32768), proxied("::", 32768), proxied("127.0.0.1", 99))));

        assertThat(plan.bypasses()).isEmpty();
        assertThat(plan.effects())
                .extracting(PartitionRulesTest::leg)
                .containsExactly(Leg.Kind.CONTAINER, Leg.Kind.PROXY);
        assertThat(((PacketRules) plan.effects().get(0)).namespace().inode()).isEqualTo(100);
        assertThat(((PacketRules) plan.effects().get(1)).namespace()).isEqualTo(HOST);
        assertThat(plan.effects()).allMatch(effect -> effect.hits(new Hop(leg(effect), 6379)));
        assertThat(commands(plan.effects().get(0)))
                .containsExactly(
                        new Command("ipset", """
                                create FAULTLINE-0a1b2c3d-7-4 hash:net family inet timeout 15
                                create FAULTLINE-0a1b2c3d-7-6 hash:net family inet6 timeout 15
                                add FAULTLINE-0a1b2c3d-7-4 0.0.0.0/1 timeout 15 -exist
                                add FAULTLINE-0a1b2c3d-7-4 128.0.0.0/1 timeout 15 -exist
                                add FAULTLINE-0a1b2c3d-7-6 ::/1 timeout 15 -exist
                                add FAULTLINE-0a1b2c3d-7-6 8000::/1 timeout 15 -exist
                                """), new Command("iptables-nft", """
                                *filter
                                :FAULTLINE-0a1b2c3d-7-i - [0:0]
                                :FAULTLINE-0a1b2c3d-7-f - [0:0]
                                :FAULTLINE-0a1b2c3d-7-o - [0:0]
                                -A FAULTLINE-0a1b2c3d-7-i -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-i -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-f -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-f -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-o -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-o -j NFQUEUE --queue-num 64999
                                -I INPUT 1 ! -i lo -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7-i
                                -I FORWARD 1 -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7-f
                                -I OUTPUT 1 ! -o lo -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o
                                COMMIT
                                """), new Command("ip6tables-nft", """
                                *filter
                                :FAULTLINE-0a1b2c3d-7-i - [0:0]
                                :FAULTLINE-0a1b2c3d-7-f - [0:0]
                                :FAULTLINE-0a1b2c3d-7-o - [0:0]
                                -A FAULTLINE-0a1b2c3d-7-i -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN
                                -A FAULTLINE-0a1b2c3d-7-i -p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN
                                -A FAULTLINE-0a1b2c3d-7-i -d ff00::/8 -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-i -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-f -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN
                                -A FAULTLINE-0a1b2c3d-7-f -p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN
                                -A FAULTLINE-0a1b2c3d-7-f -d ff00::/8 -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-f -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-o -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN
                                -A FAULTLINE-0a1b2c3d-7-o -p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN
                                -A FAULTLINE-0a1b2c3d-7-o -d ff00::/8 -j NFQUEUE --queue-num 64999
                                -A FAULTLINE-0a1b2c3d-7-o -j NFQUEUE --queue-num 64999
                                -I INPUT 1 ! -i lo -m set --match-set FAULTLINE-0a1b2c3d-7-6 src -j FAULTLINE-0a1b2c3d-7-i
                                -I FORWARD 1 -m set --match-set FAULTLINE-0a1b2c3d-7-6 src -j FAULTLINE-0a1b2c3d-7-f
                                -I OUTPUT 1 ! -o lo -m set --match-set FAULTLINE-0a1b2c3d-7-6 dst -j FAULTLINE-0a1b2c3d-7-o
                                COMMIT
                                """));
        assertThat(lines(plan.effects().get(1), "iptables-nft"))
                .containsExactly(
                        "*filter",
                        ":FAULTLINE-0a1b2c3d-7-i - [0:0]",
                        ":FAULTLINE-0a1b2c3d-7-o - [0:0]",
                        "-A FAULTLINE-0a1b2c3d-7-i -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999",
                        "-A FAULTLINE-0a1b2c3d-7-i -j NFQUEUE --queue-num 64999",
                        "-A FAULTLINE-0a1b2c3d-7-o -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999",
                        "-A FAULTLINE-0a1b2c3d-7-o -j NFQUEUE --queue-num 64999",
                        "-I INPUT 1 -p tcp --dport 32768 -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7-i",
                        "-I OUTPUT 1 -p tcp --sport 32768 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o",
                        "-I INPUT 1 -d 127.0.0.1 -p tcp --dport 99 -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7-i",
                        "-I OUTPUT 1 -s 127.0.0.1 -p tcp --sport 99 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o",
                        "COMMIT");
        assertThat(lines(plan.effects().get(1), "ip6tables-nft"))
                .containsExactly(
                        "*filter",
                        ":FAULTLINE-0a1b2c3d-7-i - [0:0]",
                        ":FAULTLINE-0a1b2c3d-7-o - [0:0]",
                        "-A FAULTLINE-0a1b2c3d-7-i -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN",
                        "-A FAULTLINE-0a1b2c3d-7-i -p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN",
                        "-A FAULTLINE-0a1b2c3d-7-i -d ff00::/8 -j NFQUEUE --queue-num 64999",
                        "-A FAULTLINE-0a1b2c3d-7-i -j NFQUEUE --queue-num 64999",
                        "-A FAULTLINE-0a1b2c3d-7-o -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN",
                        "-A FAULTLINE-0a1b2c3d-7-o -p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN",
                        "-A FAULTLINE-0a1b2c3d-7-o -d ff00::/8 -j NFQUEUE --queue-num 64999",
                        "-A FAULTLINE-0a1b2c3d-7-o -j NFQUEUE --queue-num 64999",
                        "-I INPUT 1 -p tcp --dport 32768 -m set --match-set FAULTLINE-0a1b2c3d-7-6 src -j FAULTLINE-0a1b2c3d-7-i",
                        "-I OUTPUT 1 -p tcp --sport 32768 -m set --match-set FAULTLINE-0a1b2c3d-7-6 dst -j FAULTLINE-0a1b2c3d-7-o",
                        "COMMIT");
    }

    @Test
    void speaksToTheFlavourThatWorks() {
        PacketFilter legacy = new PacketFilter(Flavour.LEGACY, true, Expiry.IPSET, true);

        assertThat(commands(Partition.of(TARGET)
                        .plan(topology(legacy, redis()))
                        .effects()
                        .get(0)))
                .extracting(Command::tool)
                .containsExactly("ipset", "iptables-legacy", "ip6tables-legacy");
    }

    @Test
    void givesRulesAnInstantWhereThereAreNoSets() {
        PacketFilter filter = new PacketFilter(Flavour.NFT, false, Expiry.DATESTOP, false);

        assertThat(lines(
                        Partition.of(TARGET)
                                .plan(topology(filter, redis()))
                                .effects()
                                .get(0),
                        "iptables-nft"))
                .containsExactly(
                        "*filter",
                        ":FAULTLINE-0a1b2c3d-7-i - [0:0]",
                        ":FAULTLINE-0a1b2c3d-7-f - [0:0]",
                        ":FAULTLINE-0a1b2c3d-7-o - [0:0]",
                        "-A FAULTLINE-0a1b2c3d-7-i -d 224.0.0.0/4 -j DROP",
                        "-A FAULTLINE-0a1b2c3d-7-i -j DROP",
                        "-A FAULTLINE-0a1b2c3d-7-f -d 224.0.0.0/4 -j DROP",
                        "-A FAULTLINE-0a1b2c3d-7-f -j DROP",
                        "-A FAULTLINE-0a1b2c3d-7-o -d 224.0.0.0/4 -j DROP",
                        "-A FAULTLINE-0a1b2c3d-7-o -j DROP",
                        "-I INPUT 1 ! -i lo -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7-i",
                        "-I FORWARD 1 -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7-f",
                        "-I OUTPUT 1 ! -o lo -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7-o",
                        "COMMIT");
    }

    @Test
    void namesEachPeerWhereThereAreNoSets() {
        PacketFilter filter = new PacketFilter(Flavour.LEGACY, true, Expiry.NONE, false);
        ResolvedTarget dual = resolved(OTHER, 200, Set.of("bridge"), List.of("172.17.0.3", "fd00::3"));
        Effect effect = Partition.between(TARGET, OTHER)
                .plan(topology(filter, redis(), dual))
                .effects()
                .get(0);

        assertThat(commands(effect)).extracting(Command::tool).containsExactly("iptables-legacy", "ip6tables-legacy");
        assertThat(lines(effect, "iptables-legacy"))
                .contains(
                        "-I INPUT 1 ! -i lo -s 172.17.0.3 -j FAULTLINE-0a1b2c3d-7-i",
                        "-I FORWARD 1 -s 172.17.0.3 -j FAULTLINE-0a1b2c3d-7-f",
                        "-I OUTPUT 1 ! -o lo -d 172.17.0.3 -j FAULTLINE-0a1b2c3d-7-o",
                        "-I FORWARD 1 -d 172.17.0.3 -j FAULTLINE-0a1b2c3d-7-f");
        assertThat(lines(effect, "ip6tables-legacy"))
                .contains("-I INPUT 1 ! -i lo -s fd00::3 -j FAULTLINE-0a1b2c3d-7-i");
    }

    private static Leg.Kind leg(Effect effect) {
        return ((PacketRules) effect).where().kind();
    }
}
