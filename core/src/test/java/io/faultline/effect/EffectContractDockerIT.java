package io.faultline.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.agent.Answers.State;
import io.faultline.agent.Opening;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.fault.Fault;
import io.faultline.fault.Plan;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
@SuppressWarnings("this-escape") // requested() needs no field
public abstract class EffectContractDockerIT {

    private static final Duration MAXIMUM = Duration.ofMinutes(1);

    @Container
    public final Peer peer = new Peer();

    public final DockerRun run = DockerRun.open(requested());
    private final Faultline faultline = Faultline.in(run);
    private Rules rules;
    private List<String> before;

    /** The packet filter to use. Called before the fields of subclasses are there. */
    protected RequestedFilter requested() {
        return RequestedFilter.AUTO;
    }

    /** The packet filter in use. */
    protected final Flavour flavour() {
        return run.kernel().packetFilter().orElseThrow().flavour();
    }

    /** The effect under test, on the peer. */
    protected abstract AgentEffect effect(Topology topology);

    /** Fails unless others see the harm, and lets some traffic meet it. */
    protected abstract void requireHarm() throws Exception;

    /** Fails if others still see it. */
    protected abstract void requireNoHarm() throws Exception;

    /** Removes a part of what the effect added, as a careless administrator would. */
    protected abstract void vandalize(Rules rules);

    /** Whether the kernel lets nobody but the agent remove it. */
    protected boolean isGuarded() {
        return false;
    }

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
    protected void leavesNothingIfAnotherOfTheSameRequestCannotBeMade() {
        AgentEffect effect = effect(run.topology(List.of(peer.target())));
        Opening whole = new Opening(tag(), effect.namespace(), effect.action(), MAXIMUM, false);
        Opening impossible = new Opening(
                "FAULTLINE-" + run.id() + "-900002", effect.namespace(), new NoSuchInterface(), MAXIMUM, false);

        assertThatThrownBy(() -> run.agent().open(List.of(whole, impossible), List.of()))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("nowhere0");
        assertThat(rules.all()).isEqualTo(before);

        run.agent().open(List.of(whole), List.of());
        run.agent().heal(List.of(tag()));
        assertThat(rules.all()).isEqualTo(before);
    }

    /** A shape that is well formed, but cannot be made. */
    private record NoSuchInterface() implements AgentAction {

        @Override
        public String verb() {
            return "shape";
        }

        @Override
        public Object request() {
            Map<String, ?> rate = Map.of("rate", 1_000_000, "burst", 5_000, "limit", 50_000);
            return Map.of(
                    "interface",
                    "nowhere0",
                    "queue",
                    1000,
                    "direction",
                    "OUT",
                    "classes",
                    List.of(Map.of("traffic", TrafficOrder.of(Traffic.with(Peers.everyone())), "tbf", rate)));
        }
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
        if (isGuarded()) {
            requireHarm();
            assertThat(injection.heal().tookEffect()).isTrue();
            assertThat(rules.all()).isEqualTo(before);
            return;
        }
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
        open(effect, Duration.ofMillis(1));

        assertThat(ended.get(20, TimeUnit.SECONDS).wiped()).isFalse();
        assertThat(rules.all()).isEqualTo(before);
    }

    private String tag() {
        return "FAULTLINE-" + run.id() + "-900000";
    }

    private void open(AgentEffect effect, Duration maximum) {
        run.agent().open(List.of(new Opening(tag(), effect.namespace(), effect.action(), maximum, false)), List.of());
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
