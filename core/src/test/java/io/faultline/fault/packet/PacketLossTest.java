package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.topology;
import static io.faultline.world.Written.part;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PacketLossTest {

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFTABLES, false, Expiry.LEASE, true);

    @Test
    void losesOnEveryLegInEachDirectionByItself() {
        List<Effect> effects = plan(PacketLoss.random(TARGET, 12.5)).effects();

        assertThat(effects)
                .extracting(Effect::summary)
                .containsExactly(
                        "lose 12.5 % of everything between \"redis\" and everyone, in the container's namespace",
                        "lose 12.5 % of everything between \"redis\" and everyone at docker-proxy's "
                                + "0.0.0.0:32768->6379/tcp");
        assertThat(part(effects.get(1), "action"))
                .isEqualTo("{\"kind\":\"LOSE\",\"probability\":0.125,\"every\":0,\"positions\":[]}");
    }

    @Test
    void isHeldToAPortAProtocolADirectionAndAddresses() {
        Plan plan = plan(PacketLoss.every(TARGET, 3)
                .towards("10.0.0.0/8")
                .port(53)
                .protocol("udp")
                .outgoingOnly());

        assertThat(plan.effects()).hasSize(1);
        assertThat(part(plan.effects().get(0), "traffic"))
                .isEqualTo("{\"peers\":[\"10.0.0.0/8\"],\"transport\":\"udp\",\"first\":53,\"last\":53,"
                        + "\"side\":\"OTHER\",\"flow\":\"OUT_OF\",\"published\":[]}");
        assertThat(part(plan.effects().get(0), "action"))
                .isEqualTo("{\"kind\":\"LOSE\",\"probability\":0.0,\"every\":3,\"positions\":[3]}");
    }

    @Test
    void becomesAnotherLossOfTheSamePackets() {
        AgentEffect loss = effect(PacketLoss.random(TARGET, 10));

        assertThat(loss.canBecome(effect(PacketLoss.random(TARGET, 30)))).isTrue();
        assertThat(loss.canBecome(effect(PacketLoss.every(TARGET, 3)))).isTrue();
    }

    @Test
    void cannotBeRetunedToOtherTrafficOrAnotherHarm() {
        AgentEffect loss = effect(PacketLoss.random(TARGET, 10));

        for (AgentEffect other : List.of(
                effect(PacketLoss.random(TARGET, 30).port(1)),
                (AgentEffect) plan(Partition.of(TARGET)).effects().get(0),
                (AgentEffect) plan(Partition.of(TARGET).rejecting()).effects().get(0))) {
            assertThat(loss.canBecome(other)).isFalse();
        }
    }

    @Test
    void isCalledByItsStrengthAndItsSeed() {
        assertThat(PacketLoss.random(TARGET, 0.5).port(80).incomingOnly())
                .hasToString("PacketLoss[\"redis\", 0.5 %, port 80, incoming only]");
        assertThat(PacketLoss.random(TARGET, 100.0 / 3)).hasToString("PacketLoss[\"redis\", 33.33 %]");
        assertThat(PacketLoss.seeded(TARGET, 10, 42).containerLegOnly())
                .hasToString("PacketLoss[\"redis\", 10 %, seed 42, container leg only]");
        assertThat(PacketLoss.every(TARGET, 7).towards("10.0.0.1").protocol("udp"))
                .hasToString("PacketLoss[\"redis\" | 10.0.0.1, 1 of every 7, udp]");
    }

    @Test
    void refusesAPercentageThatIsNone() {
        for (double percent : new double[] {0, -1, 101, Double.NaN}) {
            assertThatThrownBy(() -> PacketLoss.random(TARGET, percent))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("name 0.000001 to 100 %");
        }
        assertThatThrownBy(() -> PacketLoss.random(TARGET, 101))
                .hasMessageStartingWith("A loss of 101 % cannot be had");
    }

    @Test
    void isRefusedWhereTheKernelCannotChoosePackets() {
        Topology topology = new Topology(List.of(redis()), new KernelFeatures("6.1.0", Optional.of(BEST), Set.of()));

        assertThatThrownBy(() -> PacketLoss.random(TARGET, 5).plan(topology))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("PacketLoss[\"redis\", 5 %]", "has no xt_statistic");
    }

    private static Plan plan(Fault fault) {
        return fault.plan(topology(BEST, redis(proxied("0.0.0.0", 32768))));
    }

    private static AgentEffect effect(PacketLoss loss) {
        return (AgentEffect) plan(loss).effects().get(0);
    }
}
