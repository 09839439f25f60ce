package io.faultline.fault.process;

import static io.faultline.world.ResolvedTargets.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.Hop;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Leg;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Told;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreezeTest {

    @Test
    void holdsAllProcessesOrThoseOfSomeNames() {
        FrozenProcesses all = held(Freeze.of(TARGET));
        FrozenProcesses named = held(Freeze.of(TARGET).processes("redis-server", "sh"));

        assertThat(all).isEqualTo(new FrozenProcesses("\"redis\"", all.namespace(), new FreezeAction(List.of())));
        assertThat(all.summary()).isEqualTo("freeze every process of \"redis\"");
        assertThat(named.action()).isEqualTo(new FreezeAction(List.of("redis-server", "sh")));
        assertThat(named.summary()).isEqualTo("freeze redis-server, sh of \"redis\"");
        assertThat(Freeze.of(TARGET).processes("sh")).hasToString("Freeze[\"redis\": sh]");
        assertThat(all.hits(new Hop(Leg.Kind.CONTAINER, 6379)))
                .as("its kernel answers")
                .isFalse();
    }

    @Test
    void tellsTheAgentWhomToFreezeAndCountsThem() {
        FrozenProcesses effect = held(Freeze.of(TARGET));

        assertThat(effect.action()).isEqualTo(new FreezeAction(List.of()));
        assertThat(effect.evidence(Told.done(2, 2)))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.FROZEN, 2, 2));
        assertThat(EvidenceUnit.FROZEN.of(1)).isEqualTo("1 process frozen");
        assertThat(EvidenceUnit.FROZEN.of(2)).isEqualTo("2 processes frozen");
    }

    @Test
    void overlapsWhereAProcessWouldHaveTwoTracers() {
        FrozenProcesses all = held(Freeze.of(TARGET));
        FrozenProcesses server = held(Freeze.of(TARGET).processes("redis-server"));
        FrozenProcesses shell = held(Freeze.of(TARGET).processes("sh"));

        assertThat(all.overlaps(server)).isTrue();
        assertThat(server.overlaps(all)).isTrue();
        assertThat(server.overlaps(shell)).isFalse();
    }

    @Test
    void refusesWhereNothingCanBeTraced() {
        Topology topology = new Topology(
                List.of(ResolvedTargets.redis()), new KernelFeatures("6.1.0", Optional.empty(), Set.of(Feature.TBF)));

        assertThatThrownBy(() -> Freeze.of(TARGET).plan(topology))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContaining("has no ptrace");
        assertThatThrownBy(() -> Freeze.of(TARGET).processes()).isInstanceOf(IllegalArgumentException.class);
    }

    private static FrozenProcesses held(Freeze fault) {
        Plan plan = fault.plan(new Topology(
                List.of(ResolvedTargets.redis()), new KernelFeatures("6.1.0", Optional.empty(), Set.of(Feature.HOLD))));
        assertThat(plan.effects()).hasSize(1);
        assertThat(plan.limitations()).singleElement().asString().contains("use Partition");
        return (FrozenProcesses) plan.effects().get(0);
    }
}
