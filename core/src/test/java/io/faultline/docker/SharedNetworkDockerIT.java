package io.faultline.docker;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.fault.Fault;
import io.faultline.fault.dns.DnsFailure;
import io.faultline.fault.output.BlockedStdout;
import io.faultline.fault.output.FrozenLogReader;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Kill;
import io.faultline.fault.process.Pause;
import io.faultline.fault.process.Restart;
import io.faultline.fault.process.Signal;
import io.faultline.fault.process.Terminate;
import io.faultline.fault.stress.CpuStress;
import io.faultline.fault.stress.DiskFull;
import io.faultline.fault.stress.FileDescriptorExhaustion;
import io.faultline.fault.stress.MemoryPressure;
import io.faultline.inject.Injection;
import io.faultline.shutdown.Termination;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.verify.Outcome;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Sidecar;
import io.faultline.world.Still;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Containers in the network namespace of another, or of the Docker host: what is not about the network hits them alone. */
class SharedNetworkDockerIT {

    /** A fault, and what is to be seen of it at its target while it is open. */
    private record Harm(String name, Function<Target, Fault> fault, Sign sign) {
        @Override
        public String toString() {
            return name;
        }
    }

    private enum Sign {
        SILENT,
        WRITES_NOTHING,
        HAS_NEW_PROCESS,
        EVIDENCE
    }

    private static final List<Harm> HARMS = List.of(
            new Harm("Freeze", Freeze::of, Sign.SILENT),
            new Harm("Pause", Pause::of, Sign.SILENT),
            new Harm("Kill", Kill::of, Sign.SILENT),
            new Harm("Terminate", Terminate::of, Sign.SILENT),
            new Harm("Restart", Restart::of, Sign.HAS_NEW_PROCESS),
            new Harm("BlockedStdout", BlockedStdout::of, Sign.WRITES_NOTHING),
            new Harm("FrozenLogReader", FrozenLogReader::of, Sign.WRITES_NOTHING),
            new Harm("Signal", target -> Signal.of(target, "HUP"), Sign.EVIDENCE),
            new Harm("CpuStress", CpuStress::of, Sign.EVIDENCE),
            new Harm("MemoryPressure", target -> MemoryPressure.of(target).share(0.8), Sign.EVIDENCE),
            new Harm("DiskFull", target -> DiskFull.of(target, "/data"), Sign.EVIDENCE),
            new Harm(
                    "FileDescriptorExhaustion",
                    target -> FileDescriptorExhaustion.of(target).leaving(2),
                    Sign.EVIDENCE));

    private static final List<Function<Target, Fault>> OF_THE_NETWORK = List.of(
            Partition::of, ResetConnections::of, target -> DnsFailure.of(target).noAnswer());

    private final Faultline faultline = Faultline.open();
    private final Peer owner = new Peer();

    @BeforeEach
    void start() {
        owner.start();
    }

    @AfterEach
    void close() {
        try (owner) {
            faultline.close();
        }
    }

    @ParameterizedTest
    @FieldSource("HARMS")
    void hitsTheContainerAloneInAnothersNetwork(Harm unit) throws Exception {
        try (Sidecar sidecar = Sidecar.of(owner);
                Line neighbour = new Line(owner.connectDirectly())) {
            sidecar.start();
            requireHarm(unit, sidecar, owner.address(), neighbour);
        }
    }

    @ParameterizedTest
    @FieldSource("HARMS")
    void hitsTheContainerAloneInTheHostsNetwork(Harm unit) throws Exception {
        try (Sidecar sidecar = Sidecar.onTheHost();
                Line neighbour = new Line(owner.connectDirectly())) {
            sidecar.start();
            requireHarm(unit, sidecar, "127.0.0.1", neighbour);
        }
    }

    private void requireHarm(Harm unit, Sidecar sidecar, String address, Line neighbour) throws Exception {
        int port = sidecar.port();
        assertThat(answers(address, port)).isTrue();
        Long process = sidecar.getCurrentContainerInfo().getState().getPidLong();
        Long neighbours = owner.getCurrentContainerInfo().getState().getPidLong();
        try (Injection injection = faultline.inject(unit.fault().apply(sidecar.target()))) {
            switch (unit.sign()) {
                case SILENT -> assertThat(answers(address, port)).isFalse();
                case WRITES_NOTHING ->
                    await().atMost(ofSeconds(10)).until(() -> {
                        long before = Sidecar.lines(address, port);
                        return injection.evidence().total() == 1 && Sidecar.lines(address, port) == before;
                    });
                case HAS_NEW_PROCESS ->
                    assertThat(sidecar.getCurrentContainerInfo().getState().getPidLong())
                            .isPositive()
                            .isNotEqualTo(process);
                case EVIDENCE ->
                    await().atMost(ofSeconds(10))
                            .until(() -> injection.evidence().tookEffect());
            }
            assertThat(neighbour.echoes("under " + unit)).isTrue();
            assertThat(Still.of(owner).held()).isEmpty();
        }
        assertThat(neighbour.echoes("after " + unit)).isTrue();
        assertThat(owner.getCurrentContainerInfo().getState().getPidLong()).isEqualTo(neighbours);
        await().atMost(ofSeconds(10)).until(() -> answers(address, sidecar.port()));
    }

    private static boolean answers(String address, int port) {
        try {
            return Sidecar.lines(address, port) >= 0;
        } catch (IOException | NumberFormatException silent) {
            return false;
        }
    }

    @ParameterizedTest
    @FieldSource("OF_THE_NETWORK")
    void refusesFaultsOfTheNetworkAndNamesItsOwner(Function<Target, Fault> fault) {
        try (Sidecar sidecar = Sidecar.of(owner);
                Sidecar onHost = Sidecar.onTheHost()) {
            sidecar.start();
            onHost.start();
            String name = owner.getContainerName().substring(1);
            assertThatThrownBy(() -> faultline.inject(fault.apply(sidecar.target())))
                    .isInstanceOf(TargetException.class)
                    .hasMessageStartingWith("\"sidecar\" shares the network of the container \"" + name + "\"")
                    .hasMessageContaining("Name \"" + name + "\" instead.");
            assertThatThrownBy(() -> faultline.inject(fault.apply(onHost.target())))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContainingAll("uses the host's network", "hit the whole machine");
        }
    }

    @Test
    void holdsTwoOfOneNetworkAtATime() throws Exception {
        try (Sidecar sidecar = Sidecar.of(owner)) {
            sidecar.start();
            int port = sidecar.port();
            try (Injection first = faultline.inject(Freeze.of(owner.target()));
                    Injection second = faultline.inject(Freeze.of(sidecar.target()))) {
                assertThat(Still.of(owner).running()).isEmpty();
                assertThat(Still.of(sidecar).running()).isEmpty();
                first.heal();
                assertThat(Still.of(owner).held()).isEmpty();
                assertThat(second.evidence().tookEffect()).isTrue();
                assertThat(answers(owner.address(), port)).isFalse();
            }
            assertThat(answers(owner.address(), port)).isTrue();
        }
    }

    @Test
    void judgesAShutdownOfTheContainerAlone() throws Exception {
        try (Sidecar sidecar = Sidecar.of(owner);
                Line neighbour = new Line(owner.connectDirectly())) {
            sidecar.start();
            Termination termination = faultline.terminate(sidecar.target()).lastLogLine("bye");
            assertThat(termination.within(ofSeconds(10)).stoppedListening()).isPresent();
            assertThat(termination.verdict().orElseThrow().outcome()).isEqualTo(Outcome.HELD);
            assertThat(neighbour.echoes("after")).isTrue();
        }
    }
}
