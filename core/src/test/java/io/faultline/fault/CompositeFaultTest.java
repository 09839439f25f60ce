package io.faultline.fault;

import static io.faultline.world.ResolvedTargets.OTHER;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.app;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.topology;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Pause;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompositeFaultTest {

    private static final Topology TOPOLOGY =
            topology(new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true), redis(), app());

    @Test
    void isAllThatItsFaultsAre() {
        CompositeFault both =
                CompositeFault.of(Partition.of(TARGET).port(6379), ResetConnections.of(OTHER), Partition.of(OTHER));

        assertThat(both.targets()).containsExactly(TARGET, OTHER);
        assertThat(both.plan(TOPOLOGY).effects()).hasSize(3);
        assertThat(both)
                .hasToString(
                        "Together[Partition[\"redis\", port 6379], ResetConnections[\"app\"], Partition[\"app\"]]");
    }

    @Test
    void refusesTwoThatCouldNotBeToldApart() {
        CompositeFault both = CompositeFault.of(Partition.of(TARGET), PacketLoss.random(TARGET, 5));

        assertThatThrownBy(() -> both.plan(TOPOLOGY))
                .isInstanceOf(TargetException.class)
                .hasMessageContainingAll("Partition[\"redis\"]", "PacketLoss[\"redis\", 5 %]", "hit the same packets");
    }

    @Test
    void refusesThemInWhicheverOrderTheyAreNamed() {
        Freeze freeze = Freeze.of(TARGET);
        Pause pause = Pause.of(TARGET);

        assertThatThrownBy(() -> CompositeFault.of(freeze, pause).plan(TOPOLOGY))
                .isInstanceOf(TargetException.class);
        assertThatThrownBy(() -> CompositeFault.of(pause, freeze).plan(TOPOLOGY))
                .isInstanceOf(TargetException.class);
    }

    @Test
    void refusesAPartWithAScheduleOfItsOwn() {
        Fault later = Partition.of(TARGET).after(ofSeconds(1));

        assertThatThrownBy(() -> CompositeFault.of(ResetConnections.of(TARGET), later))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("after 1 s has a schedule of its own", "Give the schedule to the whole");
        assertThat(CompositeFault.of(Partition.of(TARGET))
                        .after(ofSeconds(1))
                        .schedule()
                        .startsLater())
                .isTrue();
    }

    @Test
    void refusesNothing() {
        assertThatThrownBy(() -> CompositeFault.of(List.of())).hasMessageContaining("would do nothing");
    }
}
