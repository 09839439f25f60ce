package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.inject.ClashException;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.topology.Leg;
import io.faultline.topology.Target;
import io.faultline.world.DualStack;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/** Who is cut off from whom, in which direction and on which ports: seen by the containers on both sides. */
class PartitionKindsDockerIT {

    private static final Network NETWORK = DualStack.network();
    private static final List<Peer> PEERS =
            Stream.generate(() -> new Peer().withNetwork(NETWORK)).limit(5).toList();

    private static Faultline faultline;

    private final Peer one = PEERS.get(0);
    private final Peer other = PEERS.get(1);

    @BeforeAll
    static void open() {
        Startables.deepStart(PEERS).join();
        faultline = Faultline.open();
    }

    @AfterAll
    static void close() {
        faultline.close();
        PEERS.forEach(Peer::stop);
        NETWORK.close();
    }

    @Test
    void cutsGroupsOffFromEachOtherAndNotInside() throws Exception {
        List<List<Target>> groups = List.of(List.of(target(0), target(1)), List.of(target(2)), List.of(target(3)));

        try (Injection cut = faultline.inject(Partition.groups(groups))) {
            assertThat(seenBy(0)).containsExactly(1, 4);
            assertThat(seenBy(2)).containsExactly(4);
            assertThat(seenBy(3)).containsExactly(4);
            assertThat(seenBy(4)).containsExactly(0, 1, 2, 3); // which is in no group
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
        assertThat(seenBy(2)).containsExactly(0, 1, 3, 4);
    }

    @Test
    void aRingLeavesEachItsTwoNeighbours() throws Exception {
        Partition ring = PartitionShape.RING.of(
                IntStream.range(0, 5).mapToObj(PartitionKindsDockerIT::target).toList(), 7);

        List<Integer> drawn = Pattern.compile("p(\\d)")
                .matcher(ring.toString())
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();

        try (Injection cut = faultline.inject(ring)) {
            for (int i = 0; i < 5; i++) {
                assertThat(seenBy(drawn.get(i)))
                        .as("seen by %s in %s", drawn.get(i), ring)
                        .containsExactlyInAnyOrder(drawn.get((i + 1) % 5), drawn.get((i + 4) % 5));
            }
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void oneWayWhatTheFirstSendsIsLostAndWhatItReceivesArrives() throws Exception {
        Partition partition = Partition.between(target(0), target(1)).outgoingOnly();

        try (Injection cut = faultline.inject(partition)) {
            one.sendDatagram("lost", other.address());
            other.sendDatagram("arrives", one.address());
            assertThat(one.datagrams()).isEqualTo("arrives");
            assertThat(other.datagrams()).isEmpty();
            assertThat(one.reaches(other.address(), Peer.PORT)).isFalse(); // which takes both ways
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void oneWayWhatTheFirstReceivesIsLostAndWhatItSendsArrives() throws Exception {
        Partition partition = Partition.between(target(0), target(1)).incomingOnly();

        try (Injection cut = faultline.inject(partition)) {
            one.sendDatagram("arrives", other.address());
            other.sendDatagram("lost", one.address());
            assertThat(other.datagrams()).isEqualTo("arrives");
            assertThat(one.datagrams()).isEmpty();
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void oneWayHoldsInIpv6WhereNeighboursMustFirstFindEachOther() throws Exception {
        try (Peer fresh = DualStack.start(new Peer().withNetwork(NETWORK));
                Injection cut = faultline.inject(Partition.of(fresh.target()).incomingOnly())) {
            fresh.sendDatagram("arrives", other.ipv6Address());
            other.sendDatagram("lost", fresh.ipv6Address());
            assertThat(other.datagrams()).isEqualTo("arrives");
            assertThat(fresh.datagrams()).isEmpty();
            assertThat(cut.evidence().counts())
                    .filteredOn(count -> count.number() > 0)
                    .extracting(Count::direction)
                    .containsExactly(Direction.IN);
        }
    }

    @Test
    void theControlConnectionWorksWhileTheDataConnectionHangs() throws Exception {
        try (Line control = new Line(Peer.connect(one.address(), Peer.PORT));
                Line data = new Line(Peer.connect(one.address(), Peer.TOLD_PORT));
                Injection cut = faultline.inject(Partition.of(target(0)).ports(Peer.TOLD_PORT, 7999))) {
            assertThat(data.swallows("?")).isTrue();
            assertThatThrownBy(() -> Peer.connect(one.address(), Peer.TOLD_PORT))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(control.echoes("still here")).isTrue();
            Peer.connect(one.address(), Peer.PORT).close();
            assertThat(other.hearsUdpEchoOf(one.address())).isTrue();
            assertThat(one.reaches(other.address(), Peer.TOLD_PORT)).isTrue(); // the other's port, not the target's
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void onlyOneProtocolIsCutAndIcmpIsThatOfBothFamilies() throws Exception {
        try (Injection cut = faultline.inject(Partition.of(target(0)).protocol("udp"))) {
            assertThat(other.hearsUdpEchoOf(one.address())).isFalse();
            assertThat(other.reaches(one.address(), Peer.PORT)).isTrue();
            assertThat(other.pings(one.address())).isTrue();
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
        try (Injection cut = faultline.inject(Partition.of(target(0)).protocol("icmp"))) {
            assertThat(other.pings(one.address())).isFalse();
            assertThat(other.pings(one.ipv6Address())).isFalse();
            assertThat(other.hearsUdpEchoOf(one.address())).isTrue();
            assertThat(other.reaches(one.ipv6Address(), Peer.PORT)).isTrue();
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
        assertThat(other.pings(one.ipv6Address())).isTrue();
    }

    @Test
    void towardsAnAddressANetworkAndIpv6() throws Exception {
        try (Injection cut = faultline.inject(Partition.of(target(0)).towards(other.address()))) {
            assertThat(seenBy(0)).containsExactly(2, 3, 4);
            assertThat(one.reaches(other.ipv6Address(), Peer.PORT)).isTrue();
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
        try (Injection cut = faultline.inject(
                Partition.of(target(0)).towards(other.ipv6Address()).port(Peer.PORT))) {
            assertThat(one.reaches(other.ipv6Address(), Peer.PORT)).isFalse();
            assertThat(one.reaches(other.ipv6Address(), Peer.TOLD_PORT)).isTrue();
            assertThat(one.reaches(other.address(), Peer.PORT)).isTrue();
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
        String all = other.address().replaceFirst("\\.\\d+$", ".0") + "/24";
        try (Injection cut = faultline.inject(Partition.of(target(0)).towards(all))) {
            assertThat(seenBy(0)).isEmpty();
            assertThat(seenBy(1)).containsExactly(2, 3, 4);
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void partitionsOfDifferentPairsWorkSideBySideAndAClashNamesBoth() throws Exception {
        try (Injection first = faultline.inject(Partition.between(target(0), target(1)));
                Injection second = faultline.inject(Partition.between(target(0), target(2)))) {
            assertThat(seenBy(0)).containsExactly(3, 4);
            assertThatThrownBy(() -> faultline.inject(Partition.of(target(0)).port(Peer.PORT)))
                    .isInstanceOf(ClashException.class)
                    .hasMessageContainingAll(
                            "Cannot inject Partition[\"p0\", port 7000]", "Partition[\"p0\" | \"p1\"] is open");
            assertThat(first.evidence().tookEffect()).isTrue();
            assertThat(second.evidence().tookEffect()).isTrue();

            first.heal();
            assertThat(seenBy(0)).containsExactly(1, 3, 4);
        }
    }

    @Test
    void liftingLetsTrafficThroughAndTheEvidenceGoesOnCounting() throws Exception {
        try (Injection cut = faultline.inject(Partition.of(target(0)))) {
            assertThat(other.hearsUdpEchoOf(one.address())).isFalse();
            cut.lift();
            cut.lift();
            Evidence before = cut.evidence(); // not before it was lifted: until then anything may have met it
            assertThat(other.hearsUdpEchoOf(one.address())).isTrue();
            assertThat(cut.evidence()).isEqualTo(before);

            cut.restore();
            cut.restore();
            assertThat(other.hearsUdpEchoOf(one.address())).isFalse();
            assertThat(cut.evidence().total()).isGreaterThan(before.total());
            assertThat(cut.evidence().tookEffect()).isTrue();
        }
        assertThat(other.hearsUdpEchoOf(one.address())).isTrue();
    }

    @Test
    void liftedForLongerThanTheKernelKeepsASetItIsNotTakenForExpired() throws Exception {
        try (Injection cut = faultline.inject(Partition.of(target(0)))) {
            assertThat(other.hearsUdpEchoOf(one.address())).isFalse();
            cut.lift();
            await().during(Duration.ofSeconds(16))
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> other.hearsUdpEchoOf(one.address()));
            assertThat(cut.evidence().invalidated()).isEmpty();

            cut.restore();
            assertThat(other.hearsUdpEchoOf(one.address())).isFalse();
            assertThat(cut.heal().tookEffect()).isTrue();
        }
    }

    @Test
    void healingWhileLiftedIsHealing() throws Exception {
        Injection cut = faultline.inject(Partition.of(target(0)));
        assertThat(other.hearsUdpEchoOf(one.address())).isFalse();
        cut.lift();

        assertThat(cut.heal().tookEffect()).isTrue();
        assertThatThrownBy(cut::restore)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot restore Partition[\"p0\"]: it is healed. Inject it again.");
        assertThat(other.hearsUdpEchoOf(one.address())).isTrue();
        cut.close();
    }

    @Test
    void whatAnInterfaceSaysByItselfIsNoEvidence() throws Exception {
        try (Peer quiet = DualStack.start(new Peer().withNetwork(NETWORK));
                Injection cut = faultline.inject(Partition.of(quiet.target()))) {
            assertThat(quiet.python("print(udp.sendto(b'x', ('224.0.0.251', 5353)))"))
                    .isEqualTo("1");
            assertThat(other.pings(quiet.ipv6Address())).isFalse(); // for which they look for each other

            assertThat(cut.evidence().counts())
                    .filteredOn(count -> count.number() > 0)
                    .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.IN, EvidenceUnit.DROPPED, 1, 1));
        }
    }

    private static Target target(int i) {
        return Faultline.target("p" + i, PEERS.get(i));
    }

    private static List<Integer> seenBy(int from) throws Exception {
        StringBuilder program = new StringBuilder("import concurrent.futures as f\n"
                + "def reach(a):\n"
                + "  try: socket.create_connection((a, 7000), 2).close(); return True\n"
                + "  except OSError: return False\n"
                + "print(*[int(b) for b in f.ThreadPoolExecutor().map(reach, [");
        PEERS.forEach(peer -> program.append('\'').append(peer.address()).append("',"));
        String seen = PEERS.get(from).python("exec('''" + program + "])])''')").replace(" ", "");
        return IntStream.range(0, PEERS.size())
                .filter(i -> i != from && seen.charAt(i) == '1')
                .boxed()
                .toList();
    }
}
