package io.faultline.fault.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.EffectContractDockerIT;
import io.faultline.effect.Responder;
import io.faultline.effect.Responder.Answer;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Topology;
import io.faultline.world.Rules;
import java.util.List;
import java.util.Optional;

class DnsRedirectDockerIT extends EffectContractDockerIT {

    // Nobody listens at port 53 of the peer itself, so an answer can only be the fault's.
    private static final String ASK = "udp.settimeout(20); udp.connect(('127.0.0.1', 53)); "
            + "udp.send(bytes.fromhex('fa17 0100 0001 0000 0000 0000 01 78 00 0001 0001')); print(udp.recv(512).hex())";

    /** In place of the one that was found to be the best. */
    Optional<PacketFilter> forced = Optional.empty();

    @Override
    protected AgentEffect effect(Topology topology) {
        ResolvedTarget resolved = topology.resolvedTargets().get(0);
        PacketFilter filter =
                forced.orElseGet(() -> topology.kernel().packetFilter().orElseThrow());
        return new DnsRedirect(
                resolved.target().toString(),
                resolved.namespace(),
                filter,
                new Responder(Answer.NXDOMAIN, List.of(), List.of()));
    }

    @Override
    protected void requireHarm() throws Exception {
        assertThat(peer.python(ASK)).isEqualTo("fa17818300010000000000000178000001" + "0001");
    }

    @Override
    protected void requireNoHarm() throws Exception {
        assertThat(peer.python(ASK)).contains("Connection refused");
    }

    @Override
    protected void vandalize(Rules rules) {
        rules.run(
                flavour() == Flavour.NFTABLES ? "nft flush ruleset" : flavour().wireName() + " -t nat -D OUTPUT 1");
    }
}
