package io.faultline.fault;

import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.app;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.topology;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.fault.shaping.Corrupt;
import io.faultline.fault.shaping.Duplicate;
import io.faultline.fault.shaping.Latency;
import io.faultline.fault.shaping.Reorder;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.Topology;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault of packets is narrowed by the same verbs, which mean the same. */
class NetworkFaultTest {

    private static final Topology TOPOLOGY =
            topology(new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true), redis(), app());

    static Stream<NetworkFault<?>> faults() {
        return Stream.of(
                Partition.of(TARGET),
                PacketLoss.random(TARGET, 5),
                ResetConnections.of(TARGET),
                Latency.of(TARGET, Duration.ofMillis(100)),
                Bandwidth.of(TARGET, BitRate.kbit(64)),
                Corrupt.of(TARGET, 1),
                Duplicate.of(TARGET, 1),
                Reorder.of(TARGET, 1));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void isNarrowedToAnotherTargetAndAPort(NetworkFault<?> fault) {
        NetworkFault<?> narrowed = fault.towards(OTHER).port(5432);

        assertThat(narrowed.targets()).containsExactly(TARGET, OTHER);
        assertThat(narrowed.toString()).contains("[\"redis\" | \"app\"", "port 5432");
        assertThat(narrowed.plan(TOPOLOGY).effects()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void isNarrowedToAddressesPortsAndAProtocol(NetworkFault<?> fault) {
        NetworkFault<?> narrowed = fault.towards("10.0.0.0/8").ports(80, 90).protocol("tcp");

        assertThat(narrowed.toString()).contains("[\"redis\" | 10.0.0.0/8", "ports 80-90");
        assertThat(narrowed.plan(TOPOLOGY).effects())
                .allSatisfy(effect -> assertThat(effect.summary()).contains("10.0.0.0/8", "ports 80-90"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void replacesAddressesByATarget(NetworkFault<?> fault) {
        NetworkFault<?> narrowed = fault.towards("10.0.0.0/8").towards(OTHER);

        assertThat(narrowed.plan(TOPOLOGY)).isEqualTo(fault.towards(OTHER).plan(TOPOLOGY));
        assertThat(narrowed).hasToString(fault.towards(OTHER).toString());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void refusesItselfAndWhatIsNoAddress(NetworkFault<?> fault) {
        assertThatThrownBy(() -> fault.towards(TARGET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"redis\"");
        assertThatThrownBy(() -> fault.towards("300.1.1.1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aConnectionIsResetAsAWhole() {
        assertThatThrownBy(() -> ResetConnections.of(TARGET).incomingOnly())
                .hasMessage("A connection is reset as a whole, not in one direction. Leave the direction out.");
        assertThatThrownBy(() -> ResetConnections.of(TARGET).protocol("udp"))
                .hasMessage("Only TCP has connections that can be reset. Leave the protocol out.");
    }

    @Test
    void aPartitionTowardsAnotherTargetIsOneBetweenThem() {
        Partition between = Partition.between(TARGET, OTHER);
        Partition towards = Partition.of(TARGET).towards(OTHER);

        assertThat(towards.plan(TOPOLOGY)).isEqualTo(between.plan(TOPOLOGY));
        assertThat(towards).hasToString(between.toString());
        assertThatThrownBy(() -> between.towards(OTHER)).hasMessageContaining("between targets already");
    }
}
