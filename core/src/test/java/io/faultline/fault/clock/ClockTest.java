package io.faultline.fault.clock;

import static io.faultline.world.ResolvedTargets.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.topology.Hop;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.Leg;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Told;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClockTest {

    @Test
    void isWrongByAnAmountOrByAShareOfTheTime() {
        ClockOffset skew = clock(ClockSkew.of(TARGET).by(Duration.ofSeconds(-90)));

        assertThat(skew).isEqualTo(new ClockOffset("\"redis\"", skew.namespace(), new ClockError(-90_000_000_000L, 0)));
        assertThat(skew.summary()).isEqualTo("set the clock of \"redis\" wrong by -90.000 s and +0.0000 %");
        assertThat(clock(ClockDrift.of(TARGET).slowBy(0.01)).action()).isEqualTo(new ClockError(0, -10_000_000));
        assertThat(clock(ClockDrift.of(TARGET).fastBy(0.0000005)).action()).isEqualTo(new ClockError(0, 500));
        assertThat(ClockSkew.of(TARGET).by(Duration.ofSeconds(-90))).hasToString("ClockSkew[\"redis\", -90000 ms]");
        assertThat(ClockDrift.of(TARGET).slowBy(0.01)).hasToString("ClockDrift[\"redis\", -1.0000 %]");
        assertThat(skew.hits(new Hop(Leg.Kind.CONTAINER, 6379))).isFalse();
    }

    @Test
    void tellsTheAgentHowWrongAndCountsWrongReadings() {
        ClockOffset effect = clock(ClockSkew.of(TARGET).by(Duration.ofHours(1)));

        assertThat(effect.action()).isEqualTo(new ClockError(3_600_000_000_000L, 0));
        assertThat(effect.evidence(Told.done(3, 3)))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.MISLED, 3, 3));
    }

    @Test
    void refusesWhatIsNoErrorOfAClock() {
        assertThatThrownBy(() -> ClockSkew.of(TARGET).by(Duration.ZERO)).hasMessageContaining("wrong by some time");
        assertThatThrownBy(() -> ClockSkew.of(TARGET).by(Duration.ofDays(40_000)))
                .hasMessageContaining("at most 100 years");
        assertThatThrownBy(() -> ClockDrift.of(TARGET).slowBy(1.5)).hasMessageContaining("at most 1;");
        assertThatThrownBy(() -> ClockDrift.of(TARGET).fastBy(Double.NaN)).hasMessageContaining("0.01 is one second");
        assertThatThrownBy(() -> ClockDrift.of(TARGET).fastBy(0)).hasMessageContaining("fastBy(0.0)");
    }

    private static ClockOffset clock(Fault fault) {
        Plan plan = fault.plan(new Topology(
                List.of(ResolvedTargets.redis()), new KernelFeatures("6.1.0", Optional.empty(), Set.of())));
        assertThat(plan.effects()).hasSize(1);
        return (ClockOffset) plan.effects().get(0);
    }
}
