package io.faultline.fault.packet;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ContainerNetwork.Ipam;
import io.faultline.Faultline;
import io.faultline.docker.engine.Labels;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.inject.ClashException;
import io.faultline.inject.Injection;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.TwoNetworks;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** A target is off its networks for as long as the fault is open. */
class DisconnectDockerIT {

    private final Faultline faultline = Faultline.open();

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    void takesATargetOffAllItsNetworksAndPutsItBackAsItWas() throws Exception {
        try (TwoNetworks world = new TwoNetworks()) {
            Map<String, String> before = networks(world.target);
            List<String> interfaces = addresses(world.target);
            List<String> answers = resolved(world);
            assertThat(answers).containsExactly(world.target.addressOn(world.any), world.address, world.address);
            assertThat(reached(world)).containsExactly(true, true, true);

            try (Injection injection = faultline.inject(Disconnect.of(world.target.target()))) {
                assertThat(networks(world.target)).isEmpty();
                assertThat(resolved(world)).containsExactly("nothing", "nothing", "nothing");
                assertThat(reached(world)).containsExactly(false, false, false);
                assertThat(addresses(world.target)).isEmpty();

                assertThat(injection.evidence().total(EvidenceUnit.DETACHED)).isEqualTo(2);
                assertThat(injection.heal().tookEffect()).isTrue();
            }

            assertThat(networks(world.target)).isEqualTo(before);
            assertThat(addresses(world.target)).isEqualTo(interfaces);
            assertThat(resolved(world)).isEqualTo(answers);
            requireReached(world);
            await().atMost(ofSeconds(20))
                    .until(() -> rollbackContainers(world.target).isEmpty());
        }
    }

    @Test
    void takesATargetOffOneNetworkAlone() throws Exception {
        try (TwoNetworks world = new TwoNetworks()) {
            Map<String, String> before = networks(world.target);

            try (Injection injection =
                    faultline.inject(Disconnect.of(world.target.target()).from(world.own.getId()))) {
                assertThat(reached(world)).containsExactly(true, false, false);
                assertThat(injection.bypasses()).hasSize(1);
                assertThat(injection.evidence().total(EvidenceUnit.DETACHED)).isEqualTo(1);
            }

            assertThat(networks(world.target)).isEqualTo(before);
            requireReached(world);
        }
    }

    @Test
    void trustsNoEvidenceIfSomebodyConnectsTheTargetMeanwhile() throws Exception {
        try (TwoNetworks world = new TwoNetworks()) {
            Injection injection =
                    faultline.inject(Disconnect.of(world.target.target())).allowNoEffect();
            connect(world.target, world.any.getId(), null);

            assertThat(injection.evidence().invalidated())
                    .contains("somebody else connected \"peer\" again while the fault was open");

            injection.heal();
            assertThat(networks(world.target)).hasSize(2);
        }
    }

    @Test
    void comesAndGoesAsItsScheduleSays() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            Injection injection = faultline.inject(Disconnect.of(peer.target()).after(ofSeconds(60)));
            assertThat(networks(peer)).hasSize(1);

            for (int round = 0; round < 2; round++) {
                injection.restore();
                assertThat(networks(peer)).isEmpty();
                injection.lift();
                assertThat(networks(peer)).hasSize(1);
            }
            assertThat(injection.heal().tookEffect()).isTrue();

            Injection shortly = faultline.inject(Disconnect.of(peer.target()).lasting(ofMillis(300)));
            await().atMost(ofSeconds(20)).until(() -> networks(peer).size() == 1);
            await().atMost(ofSeconds(20)).until(shortly::isHealed);
            assertThat(shortly.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void isNoticedByAClientOfThePublishedPort() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            try (Socket socket = peer.connectPublished()) {
                socket.setSoTimeout(1);
                faultline
                        .during(Disconnect.of(peer.target()))
                        .expect("its connection ends", () -> Line.hasEnded(socket))
                        .within(ofSeconds(5));
                faultline.close();
            }
        }
    }

    @Test
    void refusesASecondOneOfTheSameNetwork() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            faultline.inject(Disconnect.of(peer.target()).after(ofSeconds(60))).allowNoEffect();

            assertThatThrownBy(
                            () -> faultline.inject(Disconnect.of(peer.target()).from("bridge")))
                    .isInstanceOf(ClashException.class);
        }
    }

    @Test
    void givesItsKeeperNothingButTheSocket() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            faultline.inject(Disconnect.of(peer.target()).after(ofSeconds(60))).allowNoEffect();
            String rollback = rollbackContainers(peer).get(0).getId();

            InspectContainerResponse found =
                    client().inspectContainerCmd(rollback).exec();
            assertThat(found.getHostConfig().getCapDrop()).hasSize(1);
            assertThat(found.getHostConfig().getCapAdd()).isNull();
            assertThat(found.getHostConfig().getNetworkMode()).isEqualTo("none");
            assertThat(found.getHostConfig().getReadonlyRootfs()).isTrue();
            assertThat(found.getHostConfig().getPrivileged()).isFalse();
            assertThat(found.getMounts()).hasSize(1);
        }
    }

    /** Each with all that was asked of it and what it got. */
    private static Map<String, String> networks(Peer peer) {
        Map<String, String> networks = new TreeMap<>();
        found(peer).forEach((name, network) -> {
            Ipam asked = Objects.requireNonNullElse(network.getIpamConfig(), new Ipam());
            networks.put(
                    name,
                    String.join(
                            " ",
                            network.getIpAddress(),
                            network.getGlobalIPv6Address(),
                            network.getMacAddress(),
                            asked.getIpv4Address(),
                            asked.getIpv6Address(),
                            String.valueOf(network.getAliases())));
        });
        return networks;
    }

    private static Map<String, ContainerNetwork> found(Peer peer) {
        return peer.getCurrentContainerInfo().getNetworkSettings().getNetworks();
    }

    /** Those of its interfaces but loopback, in their order; their names change. */
    private static List<String> addresses(Peer peer) throws IOException, InterruptedException {
        String line = "import fcntl, struct; print(*(socket.inet_ntoa(fcntl.ioctl(udp, 0x8915, struct.pack('256s', "
                + "name.encode()))[20:24]) for _, name in socket.if_nameindex() if name.startswith('eth')))";
        return Stream.of(peer.python(line).split(" "))
                .filter(address -> !address.isEmpty())
                .toList();
    }

    private static List<String> resolved(TwoNetworks world) throws IOException, InterruptedException {
        return List.of(resolved(world, "store"), resolved(world, "db"), resolved(world, "cache"));
    }

    private static String resolved(TwoNetworks world, String name) throws IOException, InterruptedException {
        String answer = world.client.python("print(socket.gethostbyname('" + name + "'))");
        return answer.contains("gaierror") ? "nothing" : answer;
    }

    private static List<Boolean> reached(TwoNetworks world) throws IOException, InterruptedException {
        return List.of(
                world.client.reaches("store", Peer.PORT),
                world.client.reaches(world.address, Peer.PORT),
                world.client.reaches(world.ipv6Address, Peer.PORT));
    }

    /** A client that has asked in vain who has the address gives up once more: its kernel asks once a second. */
    private static void requireReached(TwoNetworks world) {
        await().atMost(ofSeconds(20))
                .untilAsserted(() -> assertThat(reached(world)).containsExactly(true, true, true));
    }

    private static void connect(Peer peer, String network, @Nullable String address) {
        client().connectToNetworkCmd()
                .withContainerId(peer.getContainerId())
                .withNetworkId(network)
                .withContainerNetwork(new ContainerNetwork().withIpamConfig(new Ipam().withIpv4Address(address)))
                .exec();
    }

    private static List<Container> rollbackContainers(Peer peer) {
        return client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.ROLE, "rollback"))
                .exec()
                .stream()
                .filter(each -> each.getCommand().contains(peer.getContainerId()))
                .toList();
    }

    private static DockerClient client() {
        return DockerClientFactory.lazyClient();
    }
}
