package io.faultline.fault;

import static io.faultline.world.Sites.TARGET;
import static io.faultline.world.Sites.proxied;
import static io.faultline.world.Sites.redis;
import static io.faultline.world.Sites.served;
import static io.faultline.world.Sites.terrain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Effect;
import io.faultline.terrain.KernelFeatures;
import io.faultline.terrain.PacketFilter;
import io.faultline.terrain.PacketFilter.Expiry;
import io.faultline.terrain.PacketFilter.Flavour;
import io.faultline.terrain.PublishedPort.Service;
import io.faultline.terrain.Terrain;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResetConnectionsTest {

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFT, true, Expiry.IPSET, true);

    @Test
    void resetsAtDockerProxyBeforeItLearnsOfItFromTheContainer() {
        assertThat(plan(ResetConnections.of(TARGET)).effects())
                .extracting(Effect::summary)
                .containsExactly(
                        "reset tcp between \"redis\" and everyone at docker-proxy's 0.0.0.0:32768->6379/tcp",
                        "reset tcp between \"redis\" and everyone, in the container's namespace");
    }

    @Test
    void leavesDockerProxyToAnotherPortAlone() {
        Plan plan = plan(ResetConnections.of(TARGET).port(9121));

        assertThat(plan.effects()).hasSize(1);
        assertThat(plan.uncut()).isEmpty();
    }

    @Test
    void saysWhoseEndsItDoesNotReach() {
        String proxied = "docker-proxy holds the client's end at 0.0.0.0:32768->6379/tcp";

        assertThat(plan(ResetConnections.of(TARGET).containerLegOnly()).uncut()).containsExactly(proxied);
        assertThat(plan(ResetConnections.of(TARGET).towards("10.0.0.1")).uncut())
                .containsExactly(proxied);
        assertThat(ResetConnections.of(TARGET)
                        .plan(terrain(BEST, redis(served(Service.OUT_OF_REACH, "0.0.0.0", 80))))
                        .uncut())
                .containsExactly(
                        "the published port 0.0.0.0:80->6379/tcp is served outside the Docker engine's kernel");
    }

    @Test
    void isCalledByItsOptions() {
        assertThat(ResetConnections.of(TARGET)).hasToString("ResetConnections[\"redis\"]");
        assertThat(ResetConnections.of(TARGET).port(80).towards("10.0.0.0/8").containerLegOnly())
                .hasToString("ResetConnections[\"redis\" | 10.0.0.0/8, port 80, container leg only]");
    }

    @Test
    void needsNoPacketFilterButAKernelThatClosesSockets() {
        Terrain without = new Terrain(List.of(redis()), new KernelFeatures("6.1.0", Optional.empty(), Set.of()));
        Terrain with = new Terrain(
                List.of(redis()),
                new KernelFeatures("6.1.0", Optional.empty(), Set.of(KernelFeatures.Feature.SOCKET_DESTROY)));

        assertThatThrownBy(() -> ResetConnections.of(TARGET).plan(without))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("ResetConnections[\"redis\"]", "has no INET_DIAG_DESTROY");
        assertThat(ResetConnections.of(TARGET).plan(with).effects()).hasSize(1);
    }

    private static Plan plan(ResetConnections reset) {
        return reset.plan(terrain(BEST, redis(proxied("0.0.0.0", 32768))));
    }
}
