package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.packet.PacketAction.LostByPattern;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.topology.Leg;
import io.faultline.world.Chance;
import io.faultline.world.Datagrams;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers
class PacketLossDockerIT {

    @Container
    private static final Peer PEER = new Peer();

    private static Faultline faultline;

    private Datagrams datagrams;

    @BeforeAll
    static void open() {
        faultline = Faultline.open();
    }

    @AfterAll
    static void close() {
        faultline.close();
    }

    @BeforeEach
    void connect() throws Exception {
        datagrams = new Datagrams(PEER);
        assertThat(datagrams.lostOf(200)).isEmpty();
    }

    @AfterEach
    void disconnect() throws Exception {
        datagrams.close();
    }

    @Test
    void losesByChanceAsOftenAsAsked() throws Exception {
        try (Injection loss = faultline.inject(udp(PacketLoss.random(PEER.target(), 10)))) {
            int lost = datagrams.lostOf(3000).size();

            Chance chance = new Chance(3000, 0.1);
            assertThat((double) lost).isCloseTo(chance.expected(), chance.spread());
            assertThat(loss.evidence().counts())
                    .contains(new Count(Leg.Kind.CONTAINER, Direction.IN, EvidenceUnit.LOST, lost, 3000));
        }
        assertThat(datagrams.lostOf(200)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void losesExactlyEverySoManyth(int number) throws Exception {
        try (Injection loss = faultline.inject(udp(PacketLoss.every(PEER.target(), number)))) {
            assertThat(datagrams.lostOf(100))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, 100)
                            .filter(i -> i % number == 0)
                            .boxed()
                            .toList());
            assertThat(loss.evidence().tookEffect()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void losesTheSamePositionsOfEachHundredWithTheSameSeed(int percent) throws Exception {
        List<Integer> positions = LostByPattern.seeded(percent, 42).positions();
        assertThat(positions).hasSize(percent);

        for (int time = 0; time < 2; time++) {
            try (Injection loss = faultline.inject(udp(PacketLoss.seeded(PEER.target(), percent, 42)))) {
                assertThat(datagrams.lostOf(100)).isEqualTo(positions);
                assertThat(datagrams.lostOf(100)).isEqualTo(positions);
                assertThat(loss.evidence().total(EvidenceUnit.LOST)).isEqualTo(2L * percent);
            }
        }
    }

    @Test
    void losesInOneDirectionAlone() throws Exception {
        try (Injection loss =
                faultline.inject(udp(PacketLoss.every(PEER.target(), 1)).outgoingOnly())) {
            assertThat(datagrams.lostOf(100)).isEmpty();
            PEER.sendDatagram("x", PEER.gateway());
            assertThat(loss.evidence().counts())
                    .containsExactlyInAnyOrder(
                            new Count(Leg.Kind.CONTAINER, Direction.OUT, EvidenceUnit.LOST, 1, 1),
                            new Count(Leg.Kind.CONTAINER, Direction.FORWARDED, EvidenceUnit.LOST, 0, 0));
        }
        try (Injection loss =
                faultline.inject(udp(PacketLoss.every(PEER.target(), 1)).incomingOnly())) {
            assertThat(datagrams.arrivedOf(100)).isEmpty();
            assertThat(loss.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void delaysTcpOnBothLegsAndLosesNothingOfIt() throws Exception {
        try (Line published = new Line(PEER.connectPublished());
                Injection loss = faultline.inject(PacketLoss.every(PEER.target(), 3))) {
            for (int i = 0; i < 10; i++) {
                assertThat(published.echoes("line " + i)).isTrue();
            }
            Evidence evidence = loss.heal(); // what is sent again is counted until then
            assertThat(evidence.totalOn(Set.of(Leg.Kind.CONTAINER))).isPositive();
            assertThat(evidence.totalOn(Set.of(Leg.Kind.PROXY))).isPositive();
            assertThat(evidence.counts()).allMatch(count -> count.seen() / 3 == count.number());
            assertThat(evidence.toString()).contains(" of ", "proxy in");
        }
    }

    @Test
    void isRetunedWithoutAGapAndForgetsNothing() throws Exception {
        try (Injection loss = faultline.inject(udp(PacketLoss.every(PEER.target(), 10)))) {
            assertThat(datagrams.lostOf(100)).hasSize(10);
            loss.retune(udp(PacketLoss.every(PEER.target(), 2)));
            assertThat(datagrams.lostOf(100)).hasSize(50);
            assertThat(loss.evidence().counts())
                    .contains(new Count(Leg.Kind.CONTAINER, Direction.IN, EvidenceUnit.LOST, 60, 200));

            loss.retune(udp(PacketLoss.random(PEER.target(), 30)));
            int lost = datagrams.lostOf(1000).size();
            Chance chance = new Chance(1000, 0.3);
            assertThat((double) lost).isCloseTo(chance.expected(), chance.spread());
            assertThat(loss.heal().counts())
                    .contains(new Count(Leg.Kind.CONTAINER, Direction.IN, EvidenceUnit.LOST, 60 + lost, 1200));
        }
    }

    @Test
    void cannotBecomeSomethingElseWhileItIsOpen() {
        try (Injection loss =
                faultline.inject(udp(PacketLoss.random(PEER.target(), 10))).allowNoEffect()) {
            assertThat(loss.evidence().invalidated()).isEmpty();
            assertThatThrownBy(() -> loss.retune(
                            Partition.of(PEER.target()).protocol("udp").containerLegOnly()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("lose 10 % of udp", "cannot become", "drop udp");
        }
    }

    @Test
    void takesMulticastForNoEvidence() throws Exception {
        Injection loss = faultline.inject(udp(PacketLoss.every(PEER.target(), 1)));
        assertThat(PEER.python("print(udp.sendto(b'x', ('224.0.0.251', 5353)))"))
                .isEqualTo("1");

        assertThatThrownBy(loss::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContaining("had no effect: 0 packets lost");
    }

    /** In the container's namespace alone, and not on the TCP connection that tells what came. */
    private static PacketLoss udp(PacketLoss loss) {
        return loss.protocol("udp").containerLegOnly();
    }
}
