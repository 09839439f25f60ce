package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.Faultline;
import io.faultline.effect.Count;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.topology.Capability;
import io.faultline.topology.Leg;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.lifecycle.Startables;

@Testcontainers
class PartitionDockerIT {

    @Container
    private final Peer peer = new Peer();

    private Faultline faultline;

    @BeforeEach
    void open() {
        faultline = Faultline.open();
    }

    @AfterEach
    void close() {
        faultline.close();
    }

    @Tag("guest")
    @Test
    void stallsAnOpenConnectionOnBothLegsAndLetsItGoOnAfterwards() throws Exception {
        try (Line published = new Line(peer.connectPublished());
                Line direct = new Line(peer.connectDirectly())) {
            assertThat(published.echoes("before")).isTrue();
            assertThat(direct.echoes("before")).isTrue();

            Evidence evidence;
            try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
                assertThat(published.swallows("during")).isTrue();
                assertThat(direct.swallows("during")).isTrue();
                evidence = cut.heal();
            }

            assertThat(evidence.counts()).extracting(Count::leg).contains(Leg.Kind.CONTAINER, Leg.Kind.PROXY);
            assertThat(evidence.tookEffect()).isTrue();
            assertThat(published.eventually()).isEqualTo("during");
            assertThat(direct.eventually()).isEqualTo("during");
        }
    }

    @Test
    void letsNoNewConnectionIn() throws Exception {
        try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
            assertThatThrownBy(peer::connectPublished).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);
            assertThat(cut.evidence().total()).isPositive();
        }
        peer.connectPublished().close();
    }

    @Test
    void leavesForeignRulesAsTheyWereAndIsNotDefeatedByThem() throws Exception {
        try (Rules rules = Rules.of(peer);
                Rules host = Rules.ofHost()) {
            String iptables = rules.iptables();
            rules.run(iptables + " -I INPUT 1 -j ACCEPT && " + iptables + " -N theirs && " + iptables
                    + " -A theirs -p tcp --dport 9 -j DROP");
            List<String> before = rules.all();
            List<String> hostBefore = inputAndOutput(host);

            try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
                assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);
                assertThat(rules.ours()).isNotEmpty();
                assertThat(host.oursAt(List.of(peer))).isNotEmpty();
                assertThat(cut.evidence().tookEffect()).isTrue();
            }

            assertThat(rules.all()).isEqualTo(before);
            assertThat(host.oursAt(List.of(peer))).isEmpty();
            assertThat(inputAndOutput(host)).isEqualTo(hostBefore);
        }
    }

    /** Others' rules in the chains that we jump from, but for those of networks, which other tests come and go with. */
    private static List<String> inputAndOutput(Rules rules) {
        return rules.all().stream()
                .filter(line -> line.matches(".* -A (INPUT|OUTPUT|FORWARD) .*") && !line.contains("FAULTLINE"))
                .filter(line -> !line.matches(".* br-[0-9a-f]{12} .*"))
                .toList();
    }

    @Test
    void tellsASenderInsideNothingWhereItCanDropInSilence() throws Exception {
        assumeTrue(silentDrop(), "this kernel cannot drop in silence");
        String gateway = peer.gateway();
        assertThat(peer.python("print(udp.sendto(b'x', ('" + gateway + "', 9)))"))
                .isEqualTo("1");

        try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
            assertThat(peer.python("print(udp.sendto(b'x', ('" + gateway + "', 9)))"))
                    .isEqualTo("1");
            assertThat(peer.execInContainer("ping", "-c", "1", "-W", "1", gateway)
                            .toString())
                    .doesNotContain("Operation not permitted");
            assertThat(cut.evidence().counts())
                    .filteredOn(count -> count.direction() == Count.Direction.OUT)
                    .anyMatch(count -> count.number() >= 2);
        }
    }

    @Test
    void cutsUdpAndIcmpBetweenContainers() throws Exception {
        try (Peer other = new Peer()) {
            other.start();
            assertThat(other.pings(peer.address())).isTrue();
            assertThat(other.hearsUdpEchoOf(peer.address())).isTrue();

            try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
                assertThat(other.pings(peer.address())).isFalse();
                assertThat(other.hearsUdpEchoOf(peer.address())).isFalse();
                assertThat(cut.evidence().tookEffect()).isTrue();
            }

            assertThat(other.pings(peer.address())).isTrue();
            assertThat(other.hearsUdpEchoOf(peer.address())).isTrue();
        }
    }

    @Test
    void leavesLoopbackInsideTheTargetAlone() throws Exception {
        try (Injection cut = faultline.inject(Partition.of(peer.target())).allowNoEffect()) {
            assertThat(peer.reaches("127.0.0.1", Peer.PORT)).isTrue();
            assertThat(peer.reaches(peer.address(), Peer.PORT)).isTrue();
            assertThat(cut.evidence().invalidated()).isEmpty();
        }
    }

    @Tag("guest")
    @Test
    void cutsIpv6DirectlyAndThroughTheProxy() throws Exception {
        String subnet = String.format("fd00:fa:%x::/64", new Random().nextInt(0x10000));
        try (Network network = Network.builder()
                        .enableIpv6(true)
                        .createNetworkCmdModifier(cmd -> cmd.withIpam(new com.github.dockerjava.api.model.Network.Ipam()
                                .withConfig(
                                        new com.github.dockerjava.api.model.Network.Ipam.Config().withSubnet(subnet))))
                        .build();
                Peer dual = new Peer().withNetwork(network)) {
            try {
                dual.start();
            } catch (RuntimeException e) {
                assumeTrue(false, "this engine gives containers no IPv6: " + e);
            }
            String address = dual.ipv6Address();
            // The kernel first makes sure that nobody else on the new bridge has these addresses.
            await().ignoreExceptions()
                    .untilAsserted(() -> Peer.connect(address, Peer.PORT).close());
            Optional<Integer> published = dual.ipv6Port();

            try (Injection cut = faultline.inject(Partition.of(dual.target()))) {
                assertThatThrownBy(() -> Peer.connect(address, Peer.PORT)).isInstanceOf(SocketTimeoutException.class);
                published.ifPresent(port ->
                        assertThatThrownBy(() -> Peer.connect("::1", port)).isInstanceOf(SocketTimeoutException.class));
                assertThat(cut.evidence().tookEffect()).isTrue();
            }

            Peer.connect(address, Peer.PORT).close();
            assertThat(published)
                    .as("a port that docker-proxy serves over IPv6")
                    .isPresent();
            Peer.connect("::1", published.orElseThrow()).close();
        }
    }

    @Test
    void cutsEveryInterfaceOfATargetOnTwoNetworks() throws Exception {
        try (Network front = Network.newNetwork();
                Network back = Network.newNetwork();
                Peer both = new Peer().withNetwork(front);
                Peer inFront = new Peer().withNetwork(front);
                Peer inBack = new Peer().withNetwork(back)) {
            Startables.deepStart(both, inFront, inBack).join();
            both.getDockerClient()
                    .connectToNetworkCmd()
                    .withContainerId(both.getContainerId())
                    .withNetworkId(back.getId())
                    .exec();
            String atFront = both.addressOn(front);
            String atBack = both.addressOn(back);
            assertThat(inFront.reaches(atFront, Peer.PORT)).isTrue();
            assertThat(inBack.reaches(atBack, Peer.PORT)).isTrue();

            try (Injection cut = faultline.inject(Partition.of(both.target()))) {
                assertThat(inFront.reaches(atFront, Peer.PORT)).isFalse();
                assertThat(inBack.reaches(atBack, Peer.PORT)).isFalse();
                assertThat(both.reaches(inBack.addressOn(back), Peer.PORT)).isFalse();
                assertThat(cut.evidence().tookEffect()).isTrue();
            }
            assertThat(inBack.reaches(atBack, Peer.PORT)).isTrue();
        }
    }

    @Test
    void cutsTwoTargetsOffFromEachOtherAloneOnEveryWayBetweenThem() throws Exception {
        try (Network network = Network.newNetwork();
                Peer one = new Peer().withNetwork(network);
                Peer other = new Peer().withNetwork(network);
                Peer third = new Peer().withNetwork(network)) {
            Startables.deepStart(one, other, third).join();
            String gateway = one.gateway();
            int published = one.getMappedPort(Peer.PORT);
            assertThat(other.reaches(one.address(), Peer.PORT)).isTrue();
            assertThat(other.reaches(gateway, published)).isTrue();

            try (Injection cut = faultline.inject(Partition.between(one.target(), Faultline.target("other", other)))) {
                assertThat(other.reaches(one.address(), Peer.PORT)).isFalse();
                assertThat(one.reaches(other.address(), Peer.PORT)).isFalse();
                assertThat(other.reaches(gateway, published)).isFalse();
                assertThat(third.reaches(one.address(), Peer.PORT)).isTrue();
                assertThat(third.reaches(gateway, published)).isTrue();
                assertThat(one.reaches(third.address(), Peer.PORT)).isTrue();
                assertThat(other.reaches(third.address(), Peer.PORT)).isTrue();
                assertThat(third.reaches(other.address(), Peer.PORT)).isTrue();
                one.connectPublished().close(); // this JVM is neither
                assertThat(cut.evidence().tookEffect()).isTrue();
            }
            assertThat(other.reaches(one.address(), Peer.PORT)).isTrue();
            assertThat(other.reaches(gateway, published)).isTrue();
        }
    }

    @Test
    void leavesTheConnectionToTheProxyUpIfOnlyTheContainersLegIsCut() throws Exception {
        try (Line published = new Line(peer.connectPublished());
                Injection cut = faultline.inject(Partition.of(peer.target()).containerLegOnly())) {
            assertThat(published.swallows("during")).isTrue();
            peer.connectPublished().close(); // docker-proxy accepts, as if nothing were wrong
            assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);
            assertThat(cut.bypasses()).anyMatch(way -> way.startsWith("docker-proxy answers at 0.0.0.0:"));
            assertThat(cut.evidence().counts()).extracting(Count::leg).containsOnly(Leg.Kind.CONTAINER);
            cut.heal();

            assertThat(published.eventually()).isEqualTo("during"); // it was never closed
        }
    }

    @Test
    void failsAndNamesTheProxyIfAnIdleClientOfItNeverMetTheFault() throws Exception {
        try (Line published = new Line(peer.connectPublished())) {
            assertThat(published.echoes("before")).isTrue();
            Injection cut = faultline.inject(Partition.of(peer.target()).containerLegOnly());
            assertThat(published.receive()).isEmpty();

            assertThatThrownBy(cut::close)
                    .isInstanceOf(NoEffectError.class)
                    .hasMessageContainingAll(
                            "Partition[\"peer\", container leg only] had no effect: 0 packets dropped",
                            "docker-proxy answers at 0.0.0.0:" + peer.getMappedPort(Peer.PORT) + "->7000/tcp");
            assertThat(published.echoes("after")).isTrue();
        }
    }

    private boolean silentDrop() {
        return Faultline.examine().stream()
                .anyMatch(found -> found.name().equals("silent-drop") && found.state() == Capability.State.OK);
    }
}
