package io.faultline.docker;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import io.faultline.Faultline;
import io.faultline.fault.Fault;
import io.faultline.fault.output.BlockedStdout;
import io.faultline.fault.output.FrozenLogReader;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Kill;
import io.faultline.fault.process.Pause;
import io.faultline.fault.process.Restart;
import io.faultline.fault.process.Signal;
import io.faultline.fault.process.Terminate;
import io.faultline.fault.stress.CpuStress;
import io.faultline.inject.Injection;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.world.Freezer;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** A container that somebody has paused is left as it is: no fault begins in it, and no signal waits in it. */
class PausedTargetDockerIT {

    private static final List<Function<Target, Fault>> FAULTS = List.of(
            Kill::of,
            Restart::of,
            Terminate::of,
            Pause::of,
            Freeze::of,
            BlockedStdout::of,
            FrozenLogReader::of,
            CpuStress::of,
            Partition::of,
            target -> Signal.of(target, "TERM"));

    private final Faultline faultline = Faultline.open();
    private final DockerClient docker = DockerClientFactory.lazyClient();
    private final Peer peer = new Peer();

    @BeforeEach
    void start() {
        peer.start();
        faultline.run().agent(); // whose start is not to be timed
    }

    @AfterEach
    void close() {
        try (peer) {
            faultline.close();
        }
    }

    @Test
    void isRefusedAtOnceByEveryFaultAndSentNoSignal() throws Exception {
        Long process = peer.getCurrentContainerInfo().getState().getPidLong();
        try (Line line = new Line(peer.connectDirectly())) {
            assertThat(line.echoes("before")).isTrue();
            Freezer.pause(docker, peer.getContainerId());

            for (Function<Target, Fault> fault : FAULTS) {
                assertThatThrownBy(() -> faultline.inject(fault.apply(peer.target())))
                        .as(fault.apply(peer.target()).toString())
                        .isInstanceOf(TargetException.class)
                        .hasMessageContainingAll(
                                "\"peer\": it is paused already.",
                                "Unpause it first (docker unpause ",
                                peer.getContainerName().substring(1));
            }
            assertThatThrownBy(() -> faultline.terminate(peer.target()).within(ofSeconds(10)))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("it is paused already");
            assertThat(faultline.journal().events()).isEmpty();

            docker.unpauseContainerCmd(peer.getContainerId()).exec();
            assertThat(line.echoes("after")).isTrue();
        }
        assertThat(peer.getCurrentContainerInfo().getState().getPidLong()).isEqualTo(process);
    }

    @Test
    void isToldWhichFaultOfOursHasPausedIt() throws Exception {
        try (Injection pause = faultline.inject(Pause.of(peer.target()))) {
            assertThatThrownBy(() -> faultline.inject(Kill.of(peer.target())))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContainingAll("it is paused already, by Pause[\"peer\"], which is open", "Together");
            pause.evidence();
        }
        try (Line line = new Line(peer.connectDirectly())) {
            assertThat(line.echoes("after")).isTrue();
        }
    }
}
