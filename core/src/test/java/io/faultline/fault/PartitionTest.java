package io.faultline.fault;

import static io.faultline.world.Sites.HOST;
import static io.faultline.world.Sites.OTHER;
import static io.faultline.world.Sites.TARGET;
import static io.faultline.world.Sites.app;
import static io.faultline.world.Sites.proxied;
import static io.faultline.world.Sites.redis;
import static io.faultline.world.Sites.served;
import static io.faultline.world.Sites.site;
import static io.faultline.world.Sites.terrain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Command;
import io.faultline.effect.Effect;
import io.faultline.effect.PacketRules;
import io.faultline.terrain.Hop;
import io.faultline.terrain.KernelFeatures;
import io.faultline.terrain.Leg;
import io.faultline.terrain.PacketFilter;
import io.faultline.terrain.PacketFilter.Expiry;
import io.faultline.terrain.PacketFilter.Flavour;
import io.faultline.terrain.PublishedPort.Service;
import io.faultline.terrain.Site;
import io.faultline.terrain.TargetException;
import io.faultline.terrain.Terrain;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionTest {

    private static final String TAG = "FAULTLINE-0a1b2c3d-7";
    private static final Instant EXPIRY = Instant.parse("2026-11-23T04:05:06.789Z");
    private static final PacketFilter BEST = new PacketFilter(Flavour.NFT, true, Expiry.IPSET, true);
    private static final PacketFilter NO_IPV6 = new PacketFilter(Flavour.NFT, false, Expiry.IPSET, true);

    @Test
    void cutsTheContainerAndEachProxiedPortOfBothFamilies() {
        Plan plan = Partition.of(TARGET)
                .plan(terrain(BEST, redis(proxied("0.0.0.0", 32768), proxied("::", 32768), proxied("127.0.0.1", 99))));

        assertThat(plan.uncut()).isEmpty();
        assertThat(plan.effects()).extracting(PartitionTest::leg).containsExactly(Leg.Kind.CONTAINER, Leg.Kind.PROXY);
        assertThat(rules(plan.effects().get(0)).namespace().inode()).isEqualTo(100);
        assertThat(rules(plan.effects().get(1)).namespace()).isEqualTo(HOST);
        assertThat(plan.effects()).allMatch(effect -> effect.hits(new Hop(leg(effect), 6379)));
        assertThat(applied(plan.effects().get(0)))
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
                                :FAULTLINE-0a1b2c3d-7 - [0:0]
                                -A FAULTLINE-0a1b2c3d-7 -j NFQUEUE --queue-num 64999
                                -I INPUT 1 ! -i lo -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7
                                -I FORWARD 1 -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7
                                -I OUTPUT 1 ! -o lo -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7
                                -I INPUT 1 -d 224.0.0.0/4 ! -i lo -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7
                                -I OUTPUT 1 -d 224.0.0.0/4 ! -o lo -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7
                                COMMIT
                                """), new Command("ip6tables-nft", """
                                *filter
                                :FAULTLINE-0a1b2c3d-7 - [0:0]
                                -A FAULTLINE-0a1b2c3d-7 -j NFQUEUE --queue-num 64999
                                -I INPUT 1 ! -i lo -m set --match-set FAULTLINE-0a1b2c3d-7-6 src -j FAULTLINE-0a1b2c3d-7
                                -I FORWARD 1 -m set --match-set FAULTLINE-0a1b2c3d-7-6 src -j FAULTLINE-0a1b2c3d-7
                                -I OUTPUT 1 ! -o lo -m set --match-set FAULTLINE-0a1b2c3d-7-6 dst -j FAULTLINE-0a1b2c3d-7
                                -I INPUT 1 -d ff00::/8 ! -i lo -m set --match-set FAULTLINE-0a1b2c3d-7-6 src -j FAULTLINE-0a1b2c3d-7
                                -I OUTPUT 1 -d ff00::/8 ! -o lo -m set --match-set FAULTLINE-0a1b2c3d-7-6 dst -j FAULTLINE-0a1b2c3d-7
                                COMMIT
                                """));
        assertThat(lines(plan.effects().get(1), "iptables-nft"))
                .containsExactly(
                        "*filter",
                        ":FAULTLINE-0a1b2c3d-7 - [0:0]",
                        "-A FAULTLINE-0a1b2c3d-7 -j NFQUEUE --queue-num 64999",
                        "-I INPUT 1 -p tcp --dport 32768 -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7",
                        "-I OUTPUT 1 -p tcp --sport 32768 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7",
                        "-I INPUT 1 -d 127.0.0.1 -p tcp --dport 99 -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7",
                        "-I OUTPUT 1 -s 127.0.0.1 -p tcp --sport 99 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7",
                        "COMMIT");
        assertThat(lines(plan.effects().get(1), "ip6tables-nft"))
                .containsExactly(
                        "*filter",
                        ":FAULTLINE-0a1b2c3d-7 - [0:0]",
                        "-A FAULTLINE-0a1b2c3d-7 -j NFQUEUE --queue-num 64999",
                        "-I INPUT 1 -p tcp --dport 32768 -m set --match-set FAULTLINE-0a1b2c3d-7-6 src -j FAULTLINE-0a1b2c3d-7",
                        "-I OUTPUT 1 -p tcp --sport 32768 -m set --match-set FAULTLINE-0a1b2c3d-7-6 dst -j FAULTLINE-0a1b2c3d-7",
                        "COMMIT");
    }

    @Test
    void saysWhichProxiesTheContainerLegAloneLeavesUp() {
        Plan plan = Partition.of(TARGET)
                .containerLegOnly()
                .plan(terrain(BEST, redis(proxied("0.0.0.0", 32768), served(Service.OUT_OF_REACH, "0.0.0.0", 80))));

        assertThat(plan.effects()).extracting(PartitionTest::leg).containsExactly(Leg.Kind.CONTAINER);
        assertThat(plan.uncut())
                .containsExactly(
                        "docker-proxy answers at 0.0.0.0:32768->6379/tcp",
                        "the published port 0.0.0.0:80->6379/tcp is served outside the Docker engine's kernel");
    }

    @Test
    void cutsTwoTargetsOffFromEachOtherAtBothEndsAndAtBothProxies() {
        Plan plan = Partition.between(TARGET, OTHER)
                .plan(terrain(BEST, redis(proxied("0.0.0.0", 32768)), app(proxied("0.0.0.0", 8080))));

        assertThat(plan.effects())
                .extracting(Effect::summary)
                .containsExactly(
                        "drop everything between \"redis\" and \"app\", in the container's namespace",
                        "drop everything between \"redis\" and \"app\" at docker-proxy's 0.0.0.0:32768->6379/tcp",
                        "drop everything between \"app\" and \"redis\", in the container's namespace",
                        "drop everything between \"app\" and \"redis\" at docker-proxy's 0.0.0.0:8080->6379/tcp");
        assertThat(plan.effects()).noneMatch(effect -> effect.hits(new Hop(leg(effect), 6379)));
        assertThat(sets(plan.effects().get(0))).contains("add FAULTLINE-0a1b2c3d-7-4 172.17.0.3 timeout 15 -exist");
        assertThat(sets(plan.effects().get(2))).contains("add FAULTLINE-0a1b2c3d-7-4 172.17.0.2 timeout 15 -exist");
        assertThat(lines(plan.effects().get(0), "iptables-nft"))
                .contains(
                        "-I FORWARD 1 -m set --match-set FAULTLINE-0a1b2c3d-7-4 src -j FAULTLINE-0a1b2c3d-7",
                        "-I FORWARD 1 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7");
    }

    @Test
    void needsNoSecondLegForAPortThatIsOnlyTranslated() {
        Plan plan = Partition.of(TARGET).plan(terrain(BEST, redis(served(Service.NAT, "0.0.0.0", 32768))));

        assertThat(plan.effects()).extracting(PartitionTest::leg).containsExactly(Leg.Kind.CONTAINER);
        assertThat(plan.uncut()).isEmpty();
    }

    @Test
    void refusesAPortOutOfReachAndNamesTheWayOut() {
        Terrain terrain = terrain(BEST, redis(served(Service.OUT_OF_REACH, "0.0.0.0", 32768)));

        assertThatThrownBy(() -> Partition.of(TARGET).plan(terrain))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessage("Cannot inject Partition[\"redis\"] on every leg: the published port "
                        + "0.0.0.0:32768->6379/tcp is served outside the Docker engine's kernel (Docker Desktop, or a "
                        + "rootless port driver), so a client on the host would keep its connection. Run the client in a "
                        + "container on the same network, or ask for containerLegOnly().");
    }

    @Test
    void refusesAnIpv6AddressWithoutIp6tables() {
        Site global = site(TARGET, 100, Set.of("bridge"), List.of("172.17.0.2", "fd00::2"));
        Site linkLocal = site(TARGET, 100, Set.of("bridge"), List.of("172.17.0.2", "fe80::2"));

        assertThatThrownBy(() -> Partition.of(TARGET).plan(terrain(NO_IPV6, global)))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("fd00::2", "ip6tables does not work on this kernel", "Load the ip6_tables");
        assertThat(Partition.of(TARGET).plan(terrain(NO_IPV6, linkLocal)).effects())
                .hasSize(1);
        assertThat(Partition.of(TARGET).plan(terrain(BEST, global)).effects()).hasSize(1);
    }

    @Test
    void refusesAPortThatIsProxiedOverIpv6WithoutIp6tables() {
        Terrain terrain = terrain(NO_IPV6, redis(proxied("0.0.0.0", 32768), proxied("::", 32768)));

        assertThatThrownBy(() -> Partition.of(TARGET).plan(terrain))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("[::]:32768->6379/tcp", "containerLegOnly");
        assertThat(Partition.of(TARGET).containerLegOnly().plan(terrain).effects())
                .hasSize(1);
    }

    @Test
    void refusesAKernelWithoutAPacketFilter() {
        Terrain terrain = new Terrain(List.of(redis()), new KernelFeatures("6.1.0", Optional.empty(), Set.of()));

        assertThatThrownBy(() -> Partition.of(TARGET).plan(terrain))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("Partition[\"redis\"]", "the kernel (6.1.0)", "faultline doctor");
    }

    @Test
    void refusesTargetsThatShareNoNetwork() {
        Site elsewhere = site(OTHER, 200, Set.of("backend"), List.of("172.18.0.2"));

        assertThatThrownBy(() -> Partition.between(TARGET, OTHER).plan(terrain(BEST, redis(), elsewhere)))
                .isInstanceOf(TargetException.class)
                .hasMessageContainingAll(
                        "Partition[\"redis\" | \"app\"]: they share no network",
                        "\"redis\" is on [bridge]",
                        "\"app\" is on [backend]");
    }

    @Test
    void refusesATargetAndItselfUnderOneNameOrTwo() {
        Site again = new Site(
                OTHER,
                redis().containerId(),
                100,
                redis().namespace(),
                redis().attachments(),
                redis().interfaces(),
                List.of());

        assertThatThrownBy(() -> Partition.between(TARGET, TARGET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Name different containers");
        assertThatThrownBy(() -> Partition.between(TARGET, OTHER).plan(terrain(BEST, redis(), again)))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("mean the same container");
    }

    @Test
    void refusesATargetWithoutAddressesInsteadOfCuttingOffEveryone() {
        Site lonely = site(OTHER, 200, Set.of("bridge"), List.of());

        for (Partition partition : List.of(Partition.between(TARGET, OTHER), Partition.between(OTHER, TARGET))) {
            assertThatThrownBy(() -> partition.plan(terrain(BEST, redis(), lonely)))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("\"app\" has no address but loopback");
        }
    }

    @Test
    void speaksToTheFlavourThatWorks() {
        PacketFilter legacy = new PacketFilter(Flavour.LEGACY, true, Expiry.IPSET, true);

        assertThat(applied(Partition.of(TARGET)
                        .plan(terrain(legacy, redis()))
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
                                .plan(terrain(filter, redis()))
                                .effects()
                                .get(0),
                        "iptables-nft"))
                .containsExactly(
                        "*filter",
                        ":FAULTLINE-0a1b2c3d-7 - [0:0]",
                        "-A FAULTLINE-0a1b2c3d-7 -j DROP",
                        "-I INPUT 1 ! -i lo -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7",
                        "-I FORWARD 1 -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7",
                        "-I OUTPUT 1 ! -o lo -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7",
                        "-I INPUT 1 -d 224.0.0.0/4 ! -i lo -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7",
                        "-I OUTPUT 1 -d 224.0.0.0/4 ! -o lo -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7",
                        "COMMIT");
    }

    @Test
    void namesEachPeerWhereThereAreNoSets() {
        PacketFilter filter = new PacketFilter(Flavour.LEGACY, true, Expiry.NONE, false);
        Site dual = site(OTHER, 200, Set.of("bridge"), List.of("172.17.0.3", "fd00::3"));
        Effect effect = Partition.between(TARGET, OTHER)
                .plan(terrain(filter, redis(), dual))
                .effects()
                .get(0);

        assertThat(applied(effect)).extracting(Command::tool).containsExactly("iptables-legacy", "ip6tables-legacy");
        assertThat(lines(effect, "iptables-legacy"))
                .contains(
                        "-I INPUT 1 ! -i lo -s 172.17.0.3 -j FAULTLINE-0a1b2c3d-7",
                        "-I FORWARD 1 -s 172.17.0.3 -j FAULTLINE-0a1b2c3d-7",
                        "-I OUTPUT 1 ! -o lo -d 172.17.0.3 -j FAULTLINE-0a1b2c3d-7",
                        "-I FORWARD 1 -d 172.17.0.3 -j FAULTLINE-0a1b2c3d-7");
        assertThat(lines(effect, "ip6tables-legacy")).contains("-I INPUT 1 ! -i lo -s fd00::3 -j FAULTLINE-0a1b2c3d-7");
    }

    private static List<Command> applied(Effect effect) {
        return rules(effect).script(TAG, EXPIRY).apply().stream()
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> sets(Effect effect) {
        return lines(effect, "ipset");
    }

    private static List<String> lines(Effect effect, String tool) {
        return applied(effect).stream()
                .filter(command -> command.tool().equals(tool))
                .flatMap(command -> command.input().lines())
                .toList();
    }

    private static PacketRules rules(Effect effect) {
        return (PacketRules) effect;
    }

    private static Leg.Kind leg(Effect effect) {
        return rules(effect).where().kind();
    }
}
