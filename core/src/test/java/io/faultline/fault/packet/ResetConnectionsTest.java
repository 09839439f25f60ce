package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.served;
import static io.faultline.world.ResolvedTargets.topology;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Effect;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.PublishedPort.Service;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResetConnectionsTest {

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true);

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
        assertThat(plan.bypasses()).isEmpty();
    }

    @Test
    void saysWhoseEndsItDoesNotReach() {
        String proxied = "docker-proxy holds the client's end at 0.0.0.0:32768->6379/tcp";

        assertThat(plan(ResetConnections.of(TARGET).containerLegOnly()).bypasses())
                .containsExactly(proxied);
        assertThat(plan(ResetConnections.of(TARGET).towards("10.0.0.1")).bypasses())
                .containsExactly(proxied);
        assertThat(ResetConnections.of(TARGET)
                        .plan(topology(BEST, redis(served(Service.OUT_OF_REACH, "0.0.0.0", 80))))
                        .bypasses())
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
        Topology without = new Topology(List.of(redis()), new KernelFeatures("6.1.0", Optional.empty(), Set.of()));
        Topology with = new Topology(
                List.of(redis()),
                new KernelFeatures("6.1.0", Optional.empty(), Set.of(KernelFeatures.Feature.SOCKET_DESTROY)));

        assertThatThrownBy(() -> ResetConnections.of(TARGET).plan(without))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("ResetConnections[\"redis\"]", "has no INET_DIAG_DESTROY");
        assertThat(ResetConnections.of(TARGET).plan(with).effects()).hasSize(1);
    }

    private static Plan plan(ResetConnections reset) {
        return reset.plan(topology(BEST, redis(proxied("0.0.0.0", 32768))));
    }
}
