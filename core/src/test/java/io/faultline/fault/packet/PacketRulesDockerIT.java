package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.agent.Answers.Tables;
import io.faultline.agent.Opening;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.EffectContractDockerIT;
import io.faultline.effect.Peers;
import io.faultline.effect.Traffic;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Topology;
import io.faultline.world.Rules;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that drop; subclasses lose and refuse. */
class PacketRulesDockerIT extends EffectContractDockerIT {

    private Optional<PacketFilter> forced = Optional.empty();

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
        String flavour = run.topology(List.of(peer.target()))
                .kernel()
                .packetFilter()
                .orElseThrow()
                .flavour()
                .suffix();
        rules.run("iptables-" + flavour + " -D INPUT 1 && iptables-" + flavour + " -D OUTPUT 1");
    }

    @ParameterizedTest
    @CsvSource({"NFT, IPSET", "NFT, DATESTOP", "NFT, NONE", "LEGACY, IPSET", "LEGACY, DATESTOP", "LEGACY, NONE"})
    void bitesAndHealsInEachFlavourThatThisKernelHas(Flavour flavour, Expiry expiry) throws Exception {
        Map<String, Tables> tables = run.agent().features().tables();
        Tables ipv4 = tables.get("iptables-" + flavour.suffix());
        assumeTrue(
                expiry == Expiry.IPSET ? ipv4.ipset() : expiry == Expiry.DATESTOP ? ipv4.time() : ipv4.drop(),
                () -> "this kernel has no " + flavour + " with " + expiry);
        boolean ipv6 = tables.get("ip6tables-" + flavour.suffix()).drop();
        forced = Optional.of(new PacketFilter(flavour, ipv6, expiry, false));

        bitesAndHealsToExactlyTheStateBefore();
    }

    @ParameterizedTest
    @CsvSource({"NFT", "LEGACY"})
    void isEndedByTheKernelAtTheInstantThatTheRulesCarry(Flavour flavour) throws Exception {
        Tables tables = run.agent().features().tables().get("iptables-" + flavour.suffix());
        assumeTrue(tables.time(), () -> "this kernel's " + flavour + " has no xt_time");
        forced = Optional.of(new PacketFilter(flavour, false, Expiry.DATESTOP, false));
        AgentEffect effect = effect(run.topology(List.of(peer.target())));
        String tag = "FAULTLINE-" + run.id() + "-900001";
        Instant past = Instant.now().minusSeconds(2);

        run.agent()
                .open(List.of(
                        new Opening(tag, effect.namespace(), effect.script(tag, past), Duration.ofMinutes(1), false)));
        requireNoHarm(); // though the rules are still there
        assertThat(effect.isIntact(tag, run.agent().read(List.of(tag)).get(0).readings()))
                .isTrue();
        run.agent().heal(List.of(tag));
    }
}
