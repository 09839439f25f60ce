package io.faultline.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.agent.Answers.State;
import io.faultline.agent.Opening;
import io.faultline.docker.DockerRun;
import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What every effect must prove of its undo, in a container's namespace that an independent pair of eyes looks at. */
@Testcontainers
public abstract class EffectContractDockerIT {

    private static final Duration MAXIMUM = Duration.ofMinutes(1);

    @Container
    public final Peer peer = new Peer();

    public final DockerRun run = DockerRun.open();
    private final Faultline faultline = Faultline.in(run);
    private Rules rules;
    private List<String> before;

    /** The effect under test, on the peer. */
    protected abstract AgentEffect effect(Topology topology);

    /** Fails unless others see the harm, and lets some traffic meet it. */
    protected abstract void requireHarm() throws Exception;

    /** Fails if others still see it. */
    protected abstract void requireNoHarm() throws Exception;

    /** Removes a part of what the effect added, as a careless administrator would. */
    protected abstract void vandalize(Rules rules);

    @BeforeEach
    void look() {
        rules = Rules.of(peer);
        before = rules.all();
    }

    @AfterEach
    void close() {
        try (run) {
            faultline.close();
        } finally {
            rules.close();
        }
    }

    @Test
    protected void bitesAndHealsToExactlyTheStateBefore() throws Exception {
        requireNoHarm();
        try (Injection injection = faultline.inject(fault())) {
            assertThat(rules.all()).isNotEqualTo(before);
            requireHarm();
            assertThat(injection.evidence().tookEffect()).isTrue();
        }
        assertThat(rules.all()).isEqualTo(before);
        requireNoHarm();
    }

    @Test
    protected void healsTwiceAsIfOnce() throws Exception {
        Injection injection = faultline.inject(fault());
        requireHarm();
        Evidence evidence = injection.heal();

        assertThat(evidence.tookEffect()).isTrue();
        assertThat(injection.heal()).isEqualTo(evidence);
        assertThat(rules.all()).isEqualTo(before);
    }

    @Test
    protected void leavesNothingOfHalfAnApply() {
        Topology topology = run.topology(List.of(peer.target()));
        AgentEffect effect = effect(topology);
        Agent agent = run.agent();
        Command noSuchRule = new Command("iptables-nft", "*filter\n-A INPUT -j NOWHERE\nCOMMIT\n");
        Command noSuchTool = new Command("rm", "");
        int stages = script(effect).apply().size();

        for (int done = 0; done <= stages; done++) {
            for (Command failing : Arrays.asList(noSuchRule, noSuchTool, null)) { // null: not even a command
                Script half = failingAfter(script(effect), done, failing);

                assertThatThrownBy(() -> open(effect, half, MAXIMUM)).isInstanceOf(AgentException.class);
                assertThat(rules.all())
                        .as("after %s stages and %s", done, failing)
                        .isEqualTo(before);
            }
        }

        open(effect, script(effect), MAXIMUM);
        agent.heal(List.of(tag()));
        assertThat(rules.all()).isEqualTo(before);
    }

    @Test
    protected void healsWithTheTargetGone() throws Exception {
        Injection injection = faultline.inject(fault());
        requireHarm();
        // Our eyes share the namespace, so it outlives the target.
        peer.getDockerClient().killContainerCmd(peer.getContainerId()).exec();

        injection.allowNoEffect().heal(); // that it ended early is what this is about

        assertThat(injection.evidence().invalidated()).contains("the target's process died while the fault was open");
        assertThat(rules.ours()).isEmpty();
        assertThat(rules.all()).isSubsetOf(before); // the engine takes a dead container's interfaces away
    }

    @Test
    protected void healsTheRestIfSomebodyRemovedAPartAndTrustsNoEvidence() throws Exception {
        Injection injection = faultline.inject(fault());
        requireHarm();
        vandalize(rules);
        injection.allowNoEffect(); // nor has it, for all that anybody can trust

        assertThat(injection.evidence().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("removed by somebody else"));
        assertThat(injection.heal().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("removed by somebody else"));
        assertThat(rules.all()).isEqualTo(before);
        requireNoHarm();
    }

    @Test
    protected void isTakenBackByTheAgentAtItsMaximumDuration() throws Exception {
        AgentEffect effect = effect(run.topology(List.of(peer.target())));
        Agent agent = run.agent();
        CompletableFuture<State> ended = new CompletableFuture<>();
        agent.onEnded(event -> ended.complete(event.state()));
        open(effect, script(effect), Duration.ofMillis(1));

        assertThat(ended.get(20, TimeUnit.SECONDS).wiped()).isFalse();
        assertThat(rules.all()).isEqualTo(before);
    }

    private String tag() {
        return "FAULTLINE-" + run.id() + "-900000";
    }

    private void open(AgentEffect effect, Script script, Duration maximum) {
        run.agent().open(List.of(new Opening(tag(), effect.namespace(), script, maximum, false)));
    }

    private Script script(AgentEffect effect) {
        return effect.script(tag(), Instant.now().plus(MAXIMUM));
    }

    private static Script failingAfter(Script script, int stages, Command failing) {
        List<List<Command>> apply = new ArrayList<>(script.apply().subList(0, stages));
        apply.add(Arrays.asList(failing));
        return new Script(
                apply,
                List.of(),
                script.disarm(),
                script.counters(),
                script.undo(),
                script.expires(),
                script.responder(),
                script.action(),
                script.cut());
    }

    private Fault fault() {
        return new OneEffect(peer.target(), this::effect);
    }

    /** A fault that is nothing but the effect. */
    private record OneEffect(Target target, Function<Topology, AgentEffect> effect) implements Fault {
        @Override
        public List<Target> targets() {
            return List.of(target);
        }

        @Override
        public Plan plan(Topology topology) {
            return new Plan(List.of(effect.apply(topology)), List.of());
        }

        @Override
        public String toString() {
            return "OneEffect[" + target + "]";
        }
    }
}
