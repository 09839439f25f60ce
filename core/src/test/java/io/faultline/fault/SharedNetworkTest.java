package io.faultline.fault;

import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.clock.ClockDrift;
import io.faultline.fault.clock.ClockSkew;
import io.faultline.fault.dns.DnsFailure;
import io.faultline.fault.output.BlockedStdout;
import io.faultline.fault.output.FrozenLogReader;
import io.faultline.fault.packet.Disconnect;
import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.fault.process.DaemonStall;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Kill;
import io.faultline.fault.process.Pause;
import io.faultline.fault.process.Restart;
import io.faultline.fault.process.Signal;
import io.faultline.fault.process.Terminate;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.fault.shaping.Latency;
import io.faultline.fault.stress.CpuStress;
import io.faultline.fault.stress.DiskFull;
import io.faultline.fault.stress.FileDescriptorExhaustion;
import io.faultline.fault.stress.MemoryPressure;
import io.faultline.topology.NetworkMode;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Which faults a target may have that lives in the network namespace of another container, or of the Docker host. */
class SharedNetworkTest {

    private static final List<Fault> OF_THE_CONTAINER = List.of(
            Freeze.of(TARGET),
            Pause.of(TARGET),
            Kill.of(TARGET),
            Restart.of(TARGET),
            Terminate.of(TARGET),
            Signal.of(TARGET, "HUP"),
            BlockedStdout.of(TARGET),
            FrozenLogReader.of(TARGET),
            DaemonStall.of(TARGET, ofSeconds(1)),
            CpuStress.of(TARGET),
            MemoryPressure.of(TARGET).share(0.8),
            DiskFull.of(TARGET, "/data"),
            FileDescriptorExhaustion.of(TARGET),
            ClockSkew.of(TARGET).by(ofSeconds(60)),
            ClockDrift.of(TARGET).fastBy(0.01),
            Freeze.of(TARGET).lasting(ofSeconds(1)),
            CompositeFault.of(List.of(Freeze.of(TARGET), CpuStress.of(TARGET), Partition.of(OTHER))));

    private static final List<Fault> OF_THE_NETWORK = List.of(
            Partition.of(TARGET),
            Partition.between(OTHER, TARGET),
            PacketLoss.every(TARGET, 2),
            ResetConnections.of(TARGET),
            DnsFailure.of(TARGET),
            Latency.of(TARGET, ofMillis(100)),
            Bandwidth.of(TARGET, BitRate.mbit(1)),
            Disconnect.of(TARGET),
            CompositeFault.of(List.of(Freeze.of(TARGET), Partition.of(TARGET))));

    @ParameterizedTest
    @FieldSource("OF_THE_CONTAINER")
    void whatIsNotAboutTheNetworkWorks(Fault fault) {
        assertThat(fault.plan(topology(NetworkMode.of("gateway"))).effects()).isNotEmpty();
        assertThat(fault.plan(topology(NetworkMode.HOST)).effects()).isNotEmpty();
    }

    @ParameterizedTest
    @FieldSource("OF_THE_NETWORK")
    void whatIsAboutTheNetworkIsRefusedWithTheNameOfItsOwner(Fault fault) {
        assertThatThrownBy(() -> fault.plan(topology(NetworkMode.of("gateway"))))
                .isInstanceOf(TargetException.class)
                .hasMessage(
                        "\"redis\" shares the network of the container \"gateway\": a fault of the network in one is a "
                                + "fault in both. Name \"gateway\" instead. Faults of processes, output and resources work on "
                                + "\"redis\" itself.");
        assertThatThrownBy(() -> fault.plan(topology(NetworkMode.HOST)))
                .isInstanceOf(TargetException.class)
                .hasMessageStartingWith("\"redis\" uses the host's network (--network host)");
    }

    private static Topology topology(NetworkMode mode) {
        ResolvedTarget redis = ResolvedTargets.redis();
        ResolvedTarget shared = new ResolvedTarget(
                redis.target(),
                redis.containerId(),
                redis.pid(),
                redis.stopSignal(),
                redis.namespace(),
                mode,
                Set.of(),
                redis.attachments(),
                redis.interfaces(),
                redis.ports());
        return ResolvedTargets.topology(
                new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true), shared, ResolvedTargets.app());
    }
}
