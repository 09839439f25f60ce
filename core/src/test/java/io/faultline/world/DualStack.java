package io.faultline.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.github.dockerjava.api.model.Network.Ipam;
import java.io.IOException;
import java.net.Socket;
import java.util.Random;
import org.testcontainers.containers.Network;

/** Networks with IPv4 and IPv6. */
public final class DualStack {

    private DualStack() {}

    public static Network network() {
        String subnet = String.format("fd00:fa:%x::/64", new Random().nextInt(0x10000));
        return Network.builder()
                .enableIpv6(true)
                .createNetworkCmdModifier(
                        cmd -> cmd.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(subnet))))
                .build();
    }

    /** Starts a peer on such a network; the test is skipped where the engine gives containers no IPv6. */
    public static Peer start(Peer peer) {
        try {
            peer.start();
        } catch (RuntimeException e) {
            abort("this engine gives containers no IPv6: " + e);
        }
        // The kernel first makes sure that nobody else on the new bridge has these addresses.
        await().ignoreExceptions().untilAsserted(() -> converse(peer));
        return peer;
    }

    /** To the end of it: a peer that had yet to close its side would go on sending into whatever fault comes next. */
    private static void converse(Peer peer) throws IOException {
        try (Socket socket = Peer.connect(peer.ipv6Address(), Peer.PORT)) {
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
