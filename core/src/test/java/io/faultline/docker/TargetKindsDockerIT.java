package io.faultline.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.Faultline;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.ProjectImage;
import io.faultline.fault.Fault;
import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.inject.Injection;
import io.faultline.observe.FailureClass;
import io.faultline.topology.Target;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/** Every fault in every kind of container: those on two networks, with nothing in them, without rights. */
class TargetKindsDockerIT {

    private static final Network FRONT = Network.newNetwork();
    private static final Network BACK = Network.newNetwork();
    private static final List<Kind> KINDS = List.of(
            new Kind("on two networks", new Peer().withNetwork(FRONT)),
            new Kind(
                    "from scratch",
                    new GenericContainer<>(DockerImageName.parse(ProjectImage.build(
                                    DockerEngine.connect(), "faultline/test-scratch", "/io/faultline/scratch/")))
                            .withExposedPorts(Peer.PORT)
                            .waitingFor(Wait.forListeningPorts(Peer.PORT))),
            new Kind("read-only and without root", new Peer().withCreateContainerCmdModifier(cmd -> {
                        cmd.withUser("65534:65534");
                        cmd.getHostConfig().withReadonlyRootfs(true);
                    })));
    private static final List<Harm> HARMS = List.of(
            new Harm("Partition", Partition::of, "TIMEOUT", "TIMEOUT"),
            new Harm("PacketLoss", target -> PacketLoss.every(target, 1), "TIMEOUT", "TIMEOUT"),
            new Harm("ResetConnections", ResetConnections::of, "RESET", "ANSWERED"));

    private static Faultline faultline;

    /** A container that echoes lines. */
    private record Kind(String name, GenericContainer<?> container) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A fault, and what becomes of a client's connections at every address of its target. */
    private record Harm(String name, Function<Target, Fault> fault, String open, String fresh) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void open() {
        Startables.deepStart(KINDS.stream().map(Kind::container)).join();
        GenericContainer<?> both = KINDS.get(0).container();
        both.getDockerClient()
                .connectToNetworkCmd()
                .withContainerId(both.getContainerId())
                .withNetworkId(BACK.getId())
                .exec();
        faultline = Faultline.open();
    }

    @AfterAll
    static void close() {
        faultline.close();
        KINDS.forEach(kind -> kind.container().stop());
        FRONT.close();
        BACK.close();
    }

    static Stream<Arguments> pairs() {
        return KINDS.stream().flatMap(kind -> HARMS.stream().map(unit -> Arguments.of(unit, kind)));
    }

    @ParameterizedTest(name = "{0} in a container {1}")
    @MethodSource("pairs")
    void bitesAtEveryAddressAndHeals(Harm unit, Kind kind) throws Exception {
        List<String> addresses =
                kind.container().getCurrentContainerInfo().getNetworkSettings().getNetworks().values().stream()
                        .map(network -> network.getIpAddress())
                        .toList();
        // Not what Testcontainers remembers: the second network may have become the one that ports are published by.
        int published = Faultline.mappedPort(kind.container(), Peer.PORT);
        for (String address : addresses) {
            requireHarm(unit, kind, address, Peer.PORT);
        }
        requireHarm(unit, kind, "127.0.0.1", published);
        assertThat(addresses).hasSize(kind.name().contains("two") ? 2 : 1);
    }

    private static void requireHarm(Harm unit, Kind kind, String address, int port) throws IOException {
        try (Line open = new Line(Peer.connect(address, port))) {
            assertThat(open.echoes("before")).isTrue();
            Target target = Faultline.target(kind.name(), kind.container());
            try (Injection injection = faultline.inject(unit.fault().apply(target))) {
                assertThat(open.fateOf("during")).isEqualTo(unit.open());
                assertThat(fresh(address, port)).isEqualTo(unit.fresh());
                assertThat(injection.evidence().tookEffect()).isTrue();
            }
        }
        assertThat(fresh(address, port)).isEqualTo("ANSWERED");
    }

    private static String fresh(String address, int port) {
        try (Line line = new Line(Peer.connect(address, port))) {
            return line.fateOf("fresh");
        } catch (IOException e) {
            return FailureClass.of(e).name();
        }
    }
}
