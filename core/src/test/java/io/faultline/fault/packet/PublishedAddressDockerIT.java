package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import io.faultline.Faultline;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Sidecar;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedAddressDockerIT {

    @ParameterizedTest
    @CsvSource({"127.0.0.2, /127.0.0.2", "::1, /[0:0:0:0:0:0:0:1]", "0.0.0.0, /127.0.0.1"})
    void isTheOneThatThePortIsBoundTo(String bound, String reached) throws Exception {
        try (Peer peer = new Peer()) {
            peer.withCreateContainerCmdModifier(cmd -> cmd.getHostConfig()
                            .withPortBindings(new PortBinding(Binding.bindIp(bound), ExposedPort.tcp(Peer.PORT))))
                    .start();

            InetSocketAddress address = Faultline.publishedAddress(peer, Peer.PORT);

            assertThat(address.toString()).isEqualTo(reached + ":" + Faultline.mappedPort(peer, Peer.PORT));
            try (Line line = new Line(Peer.connect(address.getHostString(), address.getPort()))) {
                assertThat(line.echoes("hello")).isTrue();
            }
        }
    }

    @Test
    void isTheOwnersInASharedNetwork() {
        try (Peer owner = new Peer()) {
            owner.start();
            try (Sidecar sidecar = Sidecar.of(owner)) {
                sidecar.start();
                assertThat(Faultline.publishedAddress(sidecar, Peer.PORT))
                        .isEqualTo(new InetSocketAddress("127.0.0.1", owner.getMappedPort(Peer.PORT)));
                assertThatThrownBy(() -> Faultline.publishedAddress(sidecar, 81))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContainingAll("Port 81 of", "is not published now (published: [7000/tcp]");
            }
        }
    }
}
