package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Network.Ipam;
import io.faultline.Faultline;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.world.Peer;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

/** A server at an address of the internet, one at a private address, and a container that talks to both. */
class NoInternetDockerIT {

    /** Documentation only (RFC 5737), so that nobody is there; to the fault it is the internet. */
    private static final String INTERNET = "198.51.100.0/24";

    private static Network internet() {
        return Network.builder()
                .createNetworkCmdModifier(
                        cmd -> cmd.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(INTERNET))))
                .build();
    }

    @Test
    void cutsTheInternetAloneAndHeals() throws Exception {
        try (Faultline faultline = Faultline.open();
                Network internet = internet();
                Network near = Network.newNetwork();
                Peer far = new Peer().withNetwork(internet);
                Peer neighbour = new Peer().withNetwork(near);
                Peer app = new Peer().withNetwork(near)) {
            far.start();
            neighbour.start();
            app.start();
            app.getDockerClient()
                    .connectToNetworkCmd()
                    .withContainerId(app.getContainerId())
                    .withNetworkId(internet.getId())
                    .exec();
            assertThat(app.reaches(far.address(), Peer.PORT)).isTrue();

            try (Injection cut = faultline.inject(NoInternet.of(app.target()))) {
                assertThat(app.reaches(far.address(), Peer.PORT)).isFalse();
                assertThat(app.reaches(neighbour.address(), Peer.PORT)).isTrue();
                assertThat(cut.evidence().tookEffect()).isTrue();
            }
            assertThat(app.reaches(far.address(), Peer.PORT)).isTrue();
        }
    }

    @Test
    void hasNoEffectOnAContainerThatTalksToItsNeighboursAlone() throws Exception {
        try (Faultline faultline = Faultline.open();
                Network near = Network.newNetwork();
                Peer neighbour = new Peer().withNetwork(near);
                Peer app = new Peer().withNetwork(near)) {
            neighbour.start();
            app.start();
            Injection cut = faultline.inject(NoInternet.of(app.target()));
            assertThat(app.reaches(neighbour.address(), Peer.PORT)).isTrue();

            assertThatThrownBy(cut::close).isInstanceOf(NoEffectError.class);
        }
    }
}
