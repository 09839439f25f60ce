package io.faultline.fault.output;

import static io.faultline.world.ResolvedTargets.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Effect;
import io.faultline.effect.UnreadOutput;
import io.faultline.effect.UnreadOutput.Stream;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockedStdoutTest {

    @Test
    void leavesTheStreamsUnreadThatAreNamed() {
        assertThat(effect(BlockedStdout.of(TARGET)))
                .isEqualTo(new UnreadOutput(
                        "\"redis\"",
                        ResolvedTargets.redis().containerId(),
                        ResolvedTargets.redis().pid(),
                        EnumSet.of(Stream.STDOUT),
                        true));
        assertThat(effect(BlockedStdout.of(TARGET).andStderr()).summary())
                .isEqualTo("leave stdout and stderr of \"redis\" unread, and fill the pipe");
        assertThat(effect(BlockedStdout.of(TARGET).stderrOnly().withoutFilling())
                        .summary())
                .isEqualTo("leave stderr of \"redis\" unread");
        assertThat(BlockedStdout.of(TARGET)).hasToString("BlockedStdout[\"redis\"]");
        assertThat(BlockedStdout.of(TARGET).stderrOnly().withoutFilling())
                .hasToString("BlockedStdout[\"redis\", stderr, not filled]");
    }

    @Test
    void overlapsOnTheSameStreamOnly() {
        Effect out = effect(BlockedStdout.of(TARGET));

        assertThat(out.overlaps(effect(BlockedStdout.of(TARGET).andStderr()))).isTrue();
        assertThat(out.overlaps(effect(BlockedStdout.of(TARGET).stderrOnly()))).isFalse();
    }

    @Test
    void refusesWhereDescriptorsCannotBeLookedAt() {
        assertThatThrownBy(() -> BlockedStdout.of(TARGET)
                        .plan(new Topology(
                                List.of(ResolvedTargets.redis()),
                                new KernelFeatures("5.4.0", Optional.empty(), Set.of()))))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContaining("has no pidfd_getfd");
    }

    private static UnreadOutput effect(BlockedStdout fault) {
        Topology topology = new Topology(
                List.of(ResolvedTargets.redis()),
                new KernelFeatures("6.1.0", Optional.empty(), Set.of(Feature.DESCRIPTORS)));
        return (UnreadOutput) fault.plan(topology).effects().get(0);
    }
}
