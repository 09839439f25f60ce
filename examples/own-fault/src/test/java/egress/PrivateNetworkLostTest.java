package egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.FaultSpec;
import io.faultline.scenario.yaml.BadScenarioException;
import io.faultline.scenario.yaml.FaultSchema;
import io.faultline.scenario.yaml.ScenarioFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers
class PrivateNetworkLostTest {

    private static final int PORT = 7000;
    private static final String SCENARIO = """
            format: 1
            name: lost
            version: 1
            title: The private network is lost
            why: A change of a security group.
            good: The client copes.
            fix: Let it cope.
            roles: {client: who is judged, dependency: what it needs}
            probes: {works: {tcp: {role: client, port: 8080}}}
            steady: [works]
            steps:
              - inject: {private-network-lost: {target: client, %s}}
              - hold: it goes on
                probe: works
                for: 1s
            """;

    @Container
    static final GenericContainer<?> server = new GenericContainer<>(
                    new ImageFromDockerfile("faultline/example-server", false)
                            .withDockerfileFromBuilder(builder -> builder.from("debian:bookworm-slim")
                                    .run("apt-get update && apt-get install -y --no-install-recommends netcat-openbsd")
                                    .build()))
            .withCommand("nc", "-lk", String.valueOf(PORT))
            .withExposedPorts(PORT);

    @Test
    @WithPrivateNetworkLost("server")
    void isDeclaredOnATest() {
        assertThatThrownBy(PrivateNetworkLostTest::connect).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void isOverAfterTheTest() throws IOException {
        connect();
    }

    private static void connect() throws IOException {
        String address = server.getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, PORT), 1000);
        }
    }

    @Test
    void isKnownToFiles() {
        assertThat(ScenarioFile.read("lost", SCENARIO.formatted("port: 5432"), Map.of())
                        .steps())
                .anySatisfy(step -> assertThat(step.toString()).contains("private-network-lost of client"));
        assertThatThrownBy(() -> ScenarioFile.read("lost", SCENARIO.formatted("port: db"), Map.of()))
                .isInstanceOf(BadScenarioException.class)
                .hasMessageContaining("private-network-lost: \"port\" is db, but must be a whole number");
        assertThat(FaultSchema.ofScenarios())
                .contains("Cuts a container off from the private networks", "\"partition\"");
        assertThat(FaultSpec.all()).map(FaultSpec::name).startsWith("partition").endsWith("private-network-lost");
    }
}
