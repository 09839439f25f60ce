package io.faultline.scenario.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.ProjectImage;
import io.faultline.scenario.RunningSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where probes ask: at the address that a port is bound to, and at the owner of a shared network. */
class ProbeAddressesDockerIT {

    private static final int PORT = 6379;
    private static final Duration LONG = Duration.ofSeconds(10);

    private final DockerClient client = DockerEngine.connect().client();
    private final String image =
            ProjectImage.build(DockerEngine.connect(), "faultline/reference-redis", "/io/faultline/scenario/redis/");
    private final List<String> started = new ArrayList<>();

    @AfterEach
    void remove() {
        Collections.reverse(started);
        started.forEach(id -> client.removeContainerCmd(id).withForce(true).exec());
    }

    private String start(HostConfig host, boolean isRedis) {
        CreateContainerCmd create = client.createContainerCmd(image)
                .withExposedPorts(ExposedPort.tcp(PORT))
                .withHostConfig(host);
        return running((isRedis ? create : create.withEntrypoint("sleep").withCmd("infinity"))
                .exec()
                .getId());
    }

    private String running(String id) {
        started.add(id);
        client.startContainerCmd(id).exec();
        return id;
    }

    private static HostConfig publishedAt(String address) {
        return HostConfig.newHostConfig()
                .withPortBindings(new PortBinding(Binding.bindIp(address), ExposedPort.tcp(PORT)));
    }

    private static void requireAnswer(RunningSystem system) {
        Awaitility.await()
                .atMost(LONG)
                .until(() -> new RedisProbe("client", PORT).look(system, LONG).ok());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "::1", "127.0.0.1", "0.0.0.0"})
    void asksAtTheAddressThatThePortIsBoundTo(String address) {
        RunningSystem system = new OneContainer(start(publishedAt(address), true));

        requireAnswer(system);

        String expected = address.equals("0.0.0.0") ? "127.0.0.1" : address.equals("::1") ? "0:0:0:0:0:0:0:1" : address;
        assertThat(system.address("client", PORT).getHostString()).isEqualTo(expected);
    }

    @Test
    void asksAtThePortOfTheOwnerOfASharedNetwork() throws Exception {
        String owner = start(publishedAt("127.0.0.1"), false);
        RunningSystem system = new OneContainer(running(client.createContainerCmd(image)
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("container:" + owner))
                .exec()
                .getId()));

        requireAnswer(system);

        assertThat(system.address("client", PORT)).isEqualTo(new OneContainer(owner).address("client", PORT));
        assertThat(new TcpProbe("client", PORT).look(system, LONG).detail())
                .startsWith("connected")
                .doesNotContain("docker-proxy");
    }
}
