package io.faultline.fault.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.TargetException;
import io.faultline.world.Peer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.junit.jupiter.Testcontainers;

/** Which proxies there are, and for how long. */
@Testcontainers
class StreamRouteDockerIT {

    @org.testcontainers.junit.jupiter.Container
    private static final Peer PEER = new Peer();

    private final DockerClient docker = DockerClientFactory.instance().client();
    private final DockerRun run = DockerRun.open();
    private final Faultline faultline = Faultline.in(run);
    private StreamRoute route;

    @BeforeEach
    void open() {
        route = faultline.through(PEER.target());
    }

    @AfterEach
    void close() {
        try (run) {
            faultline.close();
        }
        assertThat(proxies()).isEmpty();
    }

    @Test
    void keepsAProxyForAsLongAsSomebodyUsesIt() {
        try (Faultline other = Faultline.in(run)) {
            assertThat(other.through(PEER.target())).isEqualTo(route);
        }
        assertThat(proxies()).hasSize(1);
        Faultline second = Faultline.in(run);
        second.through(PEER.target(), 7001);
        assertThat(proxies()).hasSize(2);
        second.close();
        assertThat(proxies()).hasSize(1);
    }

    @Test
    void publishesOnlyThePortsThatAreNeeded() {
        assertThat(docker.inspectContainerCmd(route.proxy().name())
                        .exec()
                        .getNetworkSettings()
                        .getPorts()
                        .getBindings())
                .hasSize(2);
    }

    @Test
    void asksWhichPortIsMeant() {
        try (Peer two = new Peer()) {
            two.withExposedPorts(7000, 7001).start();
            assertThatThrownBy(() -> faultline.through(two.target()))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("[7000, 7001]")
                    .hasMessageContaining("faultline.through(target, port)");
        }
    }

    @Test
    void isRefusedWithoutARoute() {
        try (Faultline other = Faultline.open()) {
            assertThatThrownBy(() -> other.inject(StalledStream.of(PEER.target())))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("faultline.through(target) first");
        }
    }

    private List<String> proxies() {
        return docker
                .listContainersCmd()
                .withLabelFilter(Map.of(Labels.RUN, run.id(), Labels.ROLE, "stream"))
                .exec()
                .stream()
                .map(Container::getId)
                .toList();
    }
}
