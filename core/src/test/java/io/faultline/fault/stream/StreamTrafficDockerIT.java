package io.faultline.fault.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.EffectContractDockerIT;
import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic.Sign;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Topology;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.util.Set;

/** The counting side of stream faults, in a container that stands for the proxy; its harm is to count. */
class StreamTrafficDockerIT extends EffectContractDockerIT {

    @Override
    protected AgentEffect effect(Topology topology) {
        ResolvedTarget resolved = topology.resolvedTargets().get(0);
        StreamRoute.Proxy proxy =
                new StreamRoute.Proxy("peer", resolved.namespace(), resolved.addresses(), Peer.PORT, 1, false);
        StreamRoute route =
                new StreamRoute(resolved.target(), 9, resolved.containerId(), proxy, peer.address(), Peer.PORT);
        return new StreamTraffic(
                route, topology.kernel().packetFilter().orElseThrow(), Set.of(Way.UPSTREAM), Set.of(Sign.DATA));
    }

    @Override
    protected void requireHarm() throws Exception {
        requireNoHarm();
    }

    @Override
    protected void requireNoHarm() throws Exception {
        try (Line line = new Line(peer.connectDirectly())) {
            assertThat(line.echoes("data")).isTrue();
        }
    }

    @Override
    protected void vandalize(Rules rules) {
        rules.run(isGuarded() ? "nft flush ruleset" : flavour().wireName() + " -D INPUT 1");
    }

    @Override
    protected boolean isGuarded() {
        return flavour() == Flavour.NFTABLES;
    }
}
