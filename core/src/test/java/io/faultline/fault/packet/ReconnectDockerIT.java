package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ContainerNetwork.Ipam;
import com.github.dockerjava.api.model.PortBinding;
import io.faultline.Faultline;
import io.faultline.inject.Injection;
import io.faultline.journal.Event;
import io.faultline.world.Peer;
import io.faultline.world.TwoNetworks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** With what addresses and ports a target comes back to its networks. */
class ReconnectDockerIT {

    private final Faultline faultline = Faultline.open();

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    void bitesAnIdleTargetAndRefusesPublishedPortsThatThenComeBackOnOthers() throws Exception {
        try (Peer peer = new Peer()) {
            peer.start();
            int before = peer.getMappedPort(Peer.PORT);

            faultline.inject(Disconnect.of(peer.target()));
            assertThatThrownBy(peer::connectPublished).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> Faultline.mappedPort(peer, Peer.PORT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Is the container disconnected");
            faultline.close(); // judges it, too: nobody asked for evidence

            int now = Faultline.mappedPort(peer, Peer.PORT);
            assertThat(now).isNotEqualTo(before);
            assertThat(peer.getMappedPort(Peer.PORT)).as("what is warned of").isEqualTo(before);
            assertThat(notes())
                    .anySatisfy(note -> assertThat(note)
                            .contains(
                                    "published port 7000/tcp",
                                    ":" + before,
                                    " before",
                                    ":" + now,
                                    " now",
                                    "mappedPort"));
            try (Socket socket = Peer.connect("127.0.0.1", now)) {
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }

    @Test
    void givesAFixedPortBackAndSaysNothingOfIt() throws Exception {
        int port = freePort();
        try (Peer peer = new Peer()) {
            peer.withCreateContainerCmdModifier(
                    cmd -> cmd.getHostConfig().withPortBindings(PortBinding.parse(port + ":" + Peer.PORT)));
            peer.start();

            faultline.inject(Disconnect.of(peer.target())).close();

            try (Socket socket = peer.connectPublished()) {
                assertThat(socket.isConnected()).isTrue();
            }
            assertThat(notes()).noneMatch(note -> note.contains("mappedPort"));
        }
    }

    @Test
    void comesBackWithAnotherAddressIfSomebodyHasTakenItsOwnAndSaysSo() throws Exception {
        try (TwoNetworks world = new TwoNetworks()) {
            Injection injection = faultline.inject(Disconnect.of(world.target.target()));
            client().disconnectFromNetworkCmd()
                    .withContainerId(world.client.getContainerId())
                    .withNetworkId(world.own.getId())
                    .exec();
            connect(world.client, world.own.getId(), world.address);

            injection.close();

            assertThat(networks(world.target)).hasSize(2);
            assertThat(notes())
                    .anySatisfy(note -> assertThat(note)
                            .startsWith("address of \"peer\"")
                            .contains(world.address + ", " + world.ipv6Address + " before"));
        }
    }

    @Test
    void putsADeadTargetBackWhereItWillStart() throws Exception {
        try (TwoNetworks world = new TwoNetworks()) {
            Map<String, String> before = networks(world.target);
            Injection injection =
                    faultline.inject(Disconnect.of(world.target.target())).allowNoEffect();
            client().killContainerCmd(world.target.getContainerId()).exec();

            assertThat(injection.evidence().invalidated())
                    .contains("the target's process died while the fault was open");
            injection.heal();

            client().startContainerCmd(world.target.getContainerId()).exec();
            assertThat(networks(world.target)).isEqualTo(before);
        }
    }

    private List<String> notes() {
        return faultline.journal().events().stream()
                .filter(event -> event.kind() == Event.Kind.NOTE)
                .map(Event::text)
                .toList();
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

    private static void connect(Peer peer, String network, @Nullable String address) {
        client().connectToNetworkCmd()
                .withContainerId(peer.getContainerId())
                .withNetworkId(network)
                .withContainerNetwork(new ContainerNetwork().withIpamConfig(new Ipam().withIpv4Address(address)))
                .exec();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static DockerClient client() {
        return DockerClientFactory.lazyClient();
    }
}
