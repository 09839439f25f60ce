package io.faultline.fault.stress;

import static io.faultline.world.ResolvedTargets.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.Hop;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Leg;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Told;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResourceFaultsTest {

    @Test
    void plansOneStrainEach() {
        Map<Fault, Stressor> plans = Map.of(
                CpuStress.of(TARGET), new Stressor.Cpu(0),
                CpuStress.of(TARGET).workers(3), new Stressor.Cpu(3),
                MemoryPressure.of(TARGET), new Stressor.Memory(900, 0),
                MemoryPressure.of(TARGET).share(0.955), new Stressor.Memory(955, 0),
                MemoryPressure.of(TARGET).leaving(4096), new Stressor.Memory(0, 4096),
                MemoryPressure.of(TARGET).untilOomKill(), new Stressor.OutOfMemory(),
                DiskFull.of(TARGET, "/data"), new Stressor.Disk("/data", 0, 0),
                DiskFull.of(TARGET, "/data").leaving(10).atMost(99), new Stressor.Disk("/data", 10, 99),
                FileDescriptorExhaustion.of(TARGET), new Stressor.Descriptors(0),
                FileDescriptorExhaustion.of(TARGET).leaving(2), new Stressor.Descriptors(2));

        plans.forEach((fault, stressor) -> assertThat(stressed(fault))
                .as("%s", fault)
                .isEqualTo(new StressedResource(
                        "\"redis\"", ResolvedTargets.redis().namespace(), stressor)));
    }

    @Test
    void saysWhatItDoes() {
        assertThat(stressed(CpuStress.of(TARGET)).summary())
                .isEqualTo("burn the CPU time of \"redis\" with as many processes as it can run at a time");
        assertThat(stressed(CpuStress.of(TARGET).workers(1)).summary())
                .isEqualTo("burn the CPU time of \"redis\" with 1 process");
        assertThat(stressed(MemoryPressure.of(TARGET)).summary())
                .isEqualTo("take memory of \"redis\" until 90.0 % of its limit is in use");
        assertThat(stressed(MemoryPressure.of(TARGET).leaving(4096)).summary())
                .isEqualTo("take memory of \"redis\" until 4096 B are left");
        assertThat(stressed(MemoryPressure.of(TARGET).untilOomKill()).summary())
                .isEqualTo("take all memory of \"redis\" until the kernel kills a process of it");
        assertThat(stressed(DiskFull.of(TARGET, "/data").leaving(10)).summary())
                .isEqualTo("fill /data of \"redis\" but for 10 B");
        assertThat(stressed(FileDescriptorExhaustion.of(TARGET)).summary())
                .isEqualTo("leave every process of \"redis\" no descriptors to open");
    }

    @Test
    void tellsTheAgentItsKindAndHowMuch() {
        assertThat(stressed(DiskFull.of(TARGET, "/data").atMost(99)).action().request())
                .isEqualTo(
                        Map.of("kind", "disk", "path", "/data", "leaving", 0L, "at_most", 99L, "by_default", 1L << 30));
        assertThat(new Stressor.Memory(955, 0).request())
                .isEqualTo(Map.of("kind", "memory", "per_mille", 955, "leaving", 0L));
        assertThat(new Stressor.OutOfMemory().request()).isEqualTo(Map.of("kind", "oom"));
        assertThat(new Stressor.Cpu(3).request()).isEqualTo(Map.of("kind", "cpu", "workers", 3));
        assertThat(new Stressor.Descriptors(1).request()).isEqualTo(Map.of("kind", "descriptors", "leaving", 1));
    }

    @Test
    void countsWhatTheLoadTookAndWhetherItWasNeeded() {
        StressedResource effect = stressed(CpuStress.of(TARGET));

        assertThat(effect.evidence(Told.done(537, 600)))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.BURNT, 537, 600));
        assertThat(effect.evidence(Told.notNeeded(537, 600)))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.BURNT, 537, 600, false));
        assertThat(EvidenceUnit.BURNT.of(537)).isEqualTo("537 milliseconds of CPU time taken");
        assertThat(EvidenceUnit.EXHAUSTED.of(2)).isEqualTo("2 processes out of descriptors");
        assertThat(effect.hits(new Hop(Leg.Kind.CONTAINER, 6379)))
                .as("packets pass")
                .isFalse();
    }

    @Test
    void overlapsWhereItsOwnPartCouldNotBeTold() {
        StressedResource cpu = stressed(CpuStress.of(TARGET));
        StressedResource memory = stressed(MemoryPressure.of(TARGET));

        assertThat(cpu.overlaps(stressed(CpuStress.of(TARGET).workers(2)))).isTrue();
        assertThat(cpu.overlaps(memory)).isFalse();
        assertThat(memory.overlaps(stressed(MemoryPressure.of(TARGET).untilOomKill())))
                .isTrue();
        assertThat(stressed(DiskFull.of(TARGET, "/data")).overlaps(stressed(DiskFull.of(TARGET, "/log"))))
                .isFalse();
        assertThat(memory.endsItsTarget()).isFalse();
        assertThat(stressed(MemoryPressure.of(TARGET).untilOomKill()).endsItsTarget())
                .isTrue();
    }

    @Test
    void refusesWhatCannotBeMeant() {
        assertThatThrownBy(() -> CpuStress.of(TARGET).workers(0)).hasMessageContaining("is not from 1 to 64");
        assertThatThrownBy(() -> MemoryPressure.of(TARGET).share(90)).hasMessageContaining("as 0.95 is");
        assertThatThrownBy(() -> MemoryPressure.of(TARGET).leaving(0)).hasMessageContaining("untilOomKill()");
        assertThatThrownBy(() -> DiskFull.of(TARGET, "data")).hasMessageContaining("begins with a slash");
        assertThatThrownBy(() -> DiskFull.of(TARGET, "/data").leaving(-1)).hasMessageContaining("is negative");
        assertThatThrownBy(() -> DiskFull.of(TARGET, "/data").atMost(0)).hasMessageContaining("lets nothing be taken");
        assertThatThrownBy(() -> FileDescriptorExhaustion.of(TARGET).leaving(-1))
                .hasMessageContaining("is negative");
    }

    @Test
    void refusesWhereTheAgentCannotJoinTheContainersGroups() {
        Topology topology = topology(Set.of(Feature.HOLD));

        assertThatThrownBy(() -> CpuStress.of(TARGET).plan(topology))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContaining("has no cpu cgroup that the agent can join");
        assertThatThrownBy(() -> FileDescriptorExhaustion.of(TARGET).plan(topology))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContaining("prlimit");
    }

    private static StressedResource stressed(Fault fault) {
        Plan plan = fault.plan(
                topology(EnumSet.of(Feature.CPU_GROUP, Feature.MEMORY_GROUP, Feature.ENGINE_GROUP, Feature.LIMITS)));
        assertThat(plan.effects()).hasSize(1);
        return (StressedResource) plan.effects().get(0);
    }

    private static Topology topology(Set<Feature> features) {
        return new Topology(List.of(ResolvedTargets.redis()), new KernelFeatures("6.1.0", Optional.empty(), features));
    }
}
