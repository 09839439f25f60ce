package io.faultline.docker.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.Injection;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.TargetException;
import io.faultline.world.Peer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

/** What others do to a container between two looks at it is seen, though Docker is not asked again without a reason. */
class KnownContainersDockerIT {

    private final Peer peer = new Peer();
    private final DockerRun run = DockerRun.open();

    @BeforeEach
    void start() {
        peer.start();
        assertThat(look()).isEqualTo(look());
    }

    @AfterEach
    void stop() {
        run.close();
        peer.stop();
    }

    @Test
    void seesANetworkThatItWasAttachedTo() {
        ResolvedTarget before = look();
        try (Network network = Network.newNetwork()) {
            docker().connectToNetworkCmd()
                    .withContainerId(peer.getContainerId())
                    .withNetworkId(network.getId())
                    .exec();

            assertThat(look().networks()).hasSize(before.networks().size() + 1);
            assertThat(look().addresses()).hasSizeGreaterThan(before.addresses().size());

            docker().disconnectFromNetworkCmd()
                    .withContainerId(peer.getContainerId())
                    .withNetworkId(network.getId())
                    .exec();
            assertThat(look().networks()).isEqualTo(before.networks());
            assertThat(look().addresses()).isEqualTo(before.addresses());
        }
    }

    @Test
    void seesAnotherProcessAndItsProxies() {
        ResolvedTarget before = look();
        docker().restartContainerCmd(peer.getContainerId()).withTimeout(0).exec();

        ResolvedTarget after = look();
        assertThat(after.pid()).isNotEqualTo(before.pid());
        assertThat(after.ports()).hasSameSizeAs(before.ports());
        assertThat(after.ports().get(0).proxy())
                .isNotEqualTo(before.ports().get(0).proxy());
    }

    @Test
    void seesThatItIsPausedAndThatItIsGone() {
        docker().pauseContainerCmd(peer.getContainerId()).exec();
        assertThatThrownBy(this::look).isInstanceOf(TargetException.class).hasMessageContaining("is paused already");

        docker().unpauseContainerCmd(peer.getContainerId()).exec();
        assertThat(look().pid()).isPositive();

        docker().killContainerCmd(peer.getContainerId()).exec();
        assertThatThrownBy(this::look).isInstanceOf(TargetException.class).hasMessageContaining("is not running");
    }

    /** The plan is made of what was known; the agent sees that it is so no longer, before it makes the change. */
    @Test
    void aFaultIsOnWhatTheContainerIsNow() throws Exception {
        try (Faultline faultline = Faultline.in(run);
                Network network = Network.newNetwork()) {
            faultline.inject(Partition.of(peer.target())).allowNoEffect().heal();
            docker().connectToNetworkCmd()
                    .withContainerId(peer.getContainerId())
                    .withNetworkId(network.getId())
                    .exec();
            faultline.inject(Partition.of(peer.target())).allowNoEffect().heal();
            docker().restartContainerCmd(peer.getContainerId()).withTimeout(0).exec();
            assertThat(peer.pings(peer.gateway())).isTrue();
            Injection injection = faultline.inject(Partition.of(peer.target()));

            assertThat(peer.pings(peer.gateway())).isFalse();
            assertThat(injection.heal().total()).isPositive();
            assertThat(faultline.journal().events())
                    .filteredOn(event -> event.text().startsWith("looked at the targets again: "))
                    .hasSize(2);
        }
    }

    private ResolvedTarget look() {
        return run.topology(List.of(peer.target())).resolved(peer.target());
    }

    private DockerClient docker() {
        return run.engine().client();
    }
}
