package io.faultline.fault.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.EffectContractDockerIT;
import io.faultline.effect.Peers;
import io.faultline.effect.Ports;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Topology;
import io.faultline.world.Line;
import io.faultline.world.Rules;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The contract for both directions, with a rate, which every kernel that shapes at all can hold, and with a delay. */
class TrafficShapeDockerIT {

    @Nested
    class Leaving extends Shaped {

        @Override
        Direction direction() {
            return Direction.OUT;
        }

        @Override
        protected void vandalize(Rules rules) {
            rules.run("tc qdisc del dev eth0 root");
        }
    }

    @Nested
    class Arriving extends Shaped {

        @Override
        Direction direction() {
            return Direction.IN;
        }

        @Override
        protected void vandalize(Rules rules) {
            rules.run("tc qdisc del dev eth0 ingress");
        }
    }

    /** With netem in the tree. */
    @Nested
    @Tag("netem")
    class Late extends Leaving {

        @Override
        protected AgentEffect effect(Topology topology) {
            assumeTrue(topology.kernel().has(Feature.NETEM), "this kernel has no netem");
            return super.effect(topology);
        }

        @Override
        Impairment impairment() {
            return Delay.of(Duration.ofMillis(700)); // met by the handshake, and by the echo
        }

        // What does not depend on the kind of qdisc is shown without netem, on a kernel that is ten times as fast.

        @Override
        protected void healsTwiceAsIfOnce() {}

        @Override
        protected void leavesNothingIfAnotherOfTheSameRequestCannotBeMade() {}

        @Override
        protected void healsWithTheTargetGone() {}

        @Override
        protected void isTakenBackByTheAgentAtItsMaximumDuration() {}
    }

    /** Slow enough that some text takes seconds, which without it takes milliseconds. */
    abstract static class Shaped extends EffectContractDockerIT {

        private static final BitRate RATE = BitRate.kbit(64);
        private static final String TEXT = "x".repeat(20_000);
        private static final Duration UNHURRIED = Duration.ofMillis(1200); // half of what it takes at least

        abstract Direction direction();

        Impairment impairment() {
            return RATE;
        }

        @Override
        protected AgentEffect effect(Topology topology) {
            ResolvedTarget resolved = topology.resolvedTargets().get(0);
            return new TrafficShape(
                    resolved.target().toString(),
                    resolved.namespace(),
                    resolved.interfaces().stream()
                            .filter(each -> each.name().equals("eth0"))
                            .findFirst()
                            .orElseThrow(),
                    direction(),
                    List.of(new TrafficClass(Peers.everyone(), Ports.ALL, LinkImpairments.of(impairment()))));
        }

        @Override
        protected void requireHarm() throws Exception {
            assertThat(echo()).isGreaterThan(UNHURRIED);
        }

        @Override
        protected void requireNoHarm() throws Exception {
            assertThat(echo()).isLessThan(UNHURRIED);
        }

        private Duration echo() throws Exception {
            long began = System.nanoTime();
            try (Line line = new Line(peer.connectDirectly())) {
                assertThat(line.echoes(TEXT)).isTrue();
            }
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }
}
