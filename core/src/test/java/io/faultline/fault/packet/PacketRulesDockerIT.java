package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.EffectContractDockerIT;
import io.faultline.effect.Peers;
import io.faultline.effect.Traffic;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Topology;
import io.faultline.world.Rules;
import java.net.SocketTimeoutException;
import java.util.Optional;

/** Rules that drop; subclasses lose and refuse. */
class PacketRulesDockerIT extends EffectContractDockerIT {

    /** In place of the one that was found to be the best. */
    Optional<PacketFilter> forced = Optional.empty();

    @Override
    protected AgentEffect effect(Topology topology) {
        ResolvedTarget resolved = topology.resolvedTargets().get(0);
        PacketFilter filter =
                forced.orElseGet(() -> topology.kernel().packetFilter().orElseThrow());
        return new PacketRules(
                resolved.target().toString(), resolved.legs().get(0), filter, Traffic.with(Peers.everyone()), action());
    }

    PacketAction action() {
        return new PacketAction.Dropped();
    }

    @Override
    protected void requireHarm() {
        assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);
    }

    @Override
    protected void requireNoHarm() throws Exception {
        peer.connectDirectly().close();
    }

    @Override
    protected void vandalize(Rules rules) {
        rules.run(
                isGuarded()
                        ? "nft flush ruleset"
                        : flavour().wireName() + " -D INPUT 1 && " + flavour().wireName() + " -D OUTPUT 1");
    }

    /** A table of nf_tables can belong to the agent alone. */
    @Override
    protected boolean isGuarded() {
        return flavour() == Flavour.NFTABLES;
    }
}
