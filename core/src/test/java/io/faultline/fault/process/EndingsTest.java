package io.faultline.fault.process;

import static io.faultline.world.ResolvedTargets.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Effect;
import io.faultline.effect.EndedContainer;
import io.faultline.effect.PausedContainer;
import io.faultline.fault.Fault;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Told;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndingsTest {

    private static final Topology TOPOLOGY =
            new Topology(List.of(ResolvedTargets.redis()), new KernelFeatures("6.1.0", Optional.empty(), Set.of()));
    private static final ResolvedTarget RESOLVED = TOPOLOGY.resolved(TARGET);

    @Test
    void endByTheSignalAndWithTheGraceThatAreAskedFor() {
        assertThat(only(Kill.of(TARGET))).isEqualTo(ended("KILL", 0, false));
        assertThat(only(Terminate.of(TARGET))).isEqualTo(ended("TERM", 10_000, false));
        assertThat(only(Terminate.of(TARGET).by("sigint").grace(Duration.ofMillis(200))))
                .isEqualTo(ended("INT", 200, false));
        assertThat(only(Restart.of(TARGET))).isEqualTo(ended("TERM", 10_000, true));
        assertThat(only(Restart.of(TARGET)).summary())
                .isEqualTo("restart \"redis\" by SIGTERM, and by SIGKILL after 10.0 s");
        assertThat(only(Kill.of(TARGET)).summary()).isEqualTo("end \"redis\" by SIGKILL");
    }

    @Test
    void refuseWhatIsNoEnd() {
        Terminate fault = Terminate.of(TARGET);

        assertThatThrownBy(() -> fault.grace(Duration.ofSeconds(-1))).hasMessageContaining("Give zero or more");
        assertThatThrownBy(() -> fault.by("BYE")).hasMessageContaining("Name one of SIGHUP, SIGINT");
        assertThatThrownBy(() -> fault.by("SIGSTOP")).hasMessageContaining("Freeze does that");
    }

    @Test
    void clashWithWhateverElseHappensToTheSameContainer() {
        Effect end = only(Kill.of(TARGET));
        Effect pause = only(Pause.of(TARGET));
        Effect hold = new FrozenProcesses("\"redis\"", RESOLVED.namespace(), new FreezeAction(List.of()));

        assertThat(pause).isEqualTo(new PausedContainer("\"redis\"", RESOLVED.containerId(), RESOLVED.namespace()));
        assertThat(end.overlaps(pause)).isTrue();
        assertThat(pause.overlaps(end)).isTrue();
        assertThat(hold.overlaps(pause)).isTrue();
        assertThat(hold.overlaps(end)).isTrue();
        assertThat(end.overlaps(only(Signal.of(TARGET, "HUP")))).isFalse();
    }

    @Test
    void sendSignalsByTheAgentAndAnewWhenTheyAreBroughtBack() {
        SignalEffect effect = (SignalEffect) only(Signal.of(TARGET, "SIGKILL").processes("worker"));

        assertThat(effect)
                .isEqualTo(new SignalEffect(
                        "\"redis\"", RESOLVED.namespace(), new SignalAction("KILL", List.of("worker"))));
        assertThat(effect.summary()).isEqualTo("send SIGKILL to worker of \"redis\"");
        assertThat(effect.action()).isEqualTo(new SignalAction("KILL", List.of("worker")));
    }

    @Test
    void countOnlyWhoHeededTheSignal() {
        SignalEffect effect = (SignalEffect) only(Signal.of(TARGET, "HUP"));

        assertThat(effect.evidence(Told.done(1, 3))).singleElement().satisfies(count -> {
            assertThat(count.number()).isEqualTo(1);
            assertThat(count.seen()).isEqualTo(3);
        });
        assertThat(effect.adviceIfUnmet()).contains("neither catches SIGHUP nor ended of it");
    }

    @Test
    void leaveTheKillingOfTheFirstProcessToWhoStartsItAgain() {
        assertThatThrownBy(() -> Signal.of(TARGET, "KILL").plan(TOPOLOGY)).hasMessageContaining("Use Kill.of(...)");
        assertThatThrownBy(() -> Signal.of(TARGET, "HUP").processes()).hasMessageContaining("Name at least one");
    }

    private static EndedContainer ended(String signal, long graceMillis, boolean startsAgain) {
        return new EndedContainer(
                "\"redis\"",
                RESOLVED.containerId(),
                RESOLVED.namespace(),
                signal,
                Duration.ofMillis(graceMillis),
                startsAgain);
    }

    private static Effect only(Fault fault) {
        List<Effect> effects = fault.plan(TOPOLOGY).effects();
        assertThat(effects).hasSize(1);
        return effects.get(0);
    }
}
