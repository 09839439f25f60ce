package io.faultline.docker.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import io.faultline.Faultline;
import io.faultline.docker.engine.AgentImage;
import io.faultline.docker.engine.Labels;
import io.faultline.fault.process.Pause;
import io.faultline.inject.Injection;
import io.faultline.world.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class RollbackContainerDockerIT {

    private final DockerClient docker = DockerClientFactory.lazyClient();

    /** Whatever the packet filter: it needs none. */
    @Test
    void hasNothingBesideItsProgramAndTheEnginesSocket() throws Exception {
        try (Peer peer = new Peer();
                Faultline faultline = Faultline.open()) {
            peer.start();
            try (Injection pause = faultline.inject(Pause.of(peer.target()))) {
                List<Container> ours = docker.listContainersCmd()
                        .withLabelFilter(Map.of(Labels.RUN, faultline.run().id(), Labels.ROLE, RollbackContainer.ROLE))
                        .exec();

                assertThat(ours)
                        .extracting(Container::getImage)
                        .containsExactly(
                                AgentImage.PLAIN.provide(faultline.run().engine()));
                InspectContainerResponse rollback =
                        docker.inspectContainerCmd(ours.get(0).getId()).exec();
                assertThat(rollback.getHostConfig().getReadonlyRootfs()).isTrue();
                assertThat(rollback.getMounts()).hasSize(1);
                assertThat(rollback.getHostConfig().getNetworkMode()).isEqualTo("none");
                assertThat(status(rollback))
                        .contains(
                                "CapEff:\t0000000000000000",
                                "CapBnd:\t0000000000000000",
                                "NoNewPrivs:\t1",
                                "Seccomp:\t2");
                assertThat(pause.evidence().tookEffect()).isTrue();
            }
            assertThat(isPaused(peer)).isFalse();
        }
    }

    /** Of its process, by the Docker host's kernel. */
    private static String status(InspectContainerResponse container) throws IOException {
        return Files.readString(
                Path.of("/proc", String.valueOf(container.getState().getPidLong()), "status"));
    }

    private boolean isPaused(Peer peer) {
        return Boolean.TRUE.equals(docker.inspectContainerCmd(peer.getContainerId())
                .exec()
                .getState()
                .getPaused());
    }
}
