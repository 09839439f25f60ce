package io.faultline.docker.engine;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import io.faultline.Faultline;
import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.agent.Answers.State;
import io.faultline.agent.Opening;
import io.faultline.docker.DockerRun;
import io.faultline.docker.FakeClock;
import io.faultline.effect.AgentEffect;
import io.faultline.fault.Fault;
import io.faultline.fault.clock.ClockSkew;
import io.faultline.fault.dns.DnsFailure;
import io.faultline.fault.output.FrozenLogReader;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Signal;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.fault.stress.CpuStress;
import io.faultline.fault.stress.DiskFull;
import io.faultline.fault.stress.FileDescriptorExhaustion;
import io.faultline.fault.stress.MemoryPressure;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.Target;
import io.faultline.world.ClockContainer;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import io.faultline.world.Still;
import io.faultline.world.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/** Asks agents for everything that they are for, and looks at the world whether they did it. All targets are another user's than root's. */
final class AgentUses implements AutoCloseable {

    private static final String USER = "1000:1000";
    private static final int FIRST = 100; // agent that is ours: the run numbers its own from 1

    private final Peer peer = new Peer().withCreateContainerCmdModifier(command -> command.withUser(USER));
    private final Worker worker = Worker.limited();
    private final ClockContainer clock =
            FakeClock.in(new ClockContainer()).withCreateContainerCmdModifier(command -> command.withUser(USER));
    private final GenericContainer<?> shell = new GenericContainer<>(DockerImageName.parse(Peer.image()))
            .withCommand("bash", "-c", "trap 'echo reloaded' HUP; echo ready; while :; do sleep 0.1; done")
            .withCreateContainerCmdModifier(command -> command.withUser(USER))
            .waitingFor(Wait.forLogMessage("ready.*", 1));
    private final DockerRun nftables = DockerRun.open(RequestedFilter.NFTABLES);
    private final DockerRun iptables = DockerRun.open(RequestedFilter.IPTABLES);
    private final Rules rules;
    private final long descriptors;
    private int agents;
    private int effects;

    AgentUses() {
        Startables.deepStart(peer, worker, clock, shell).join();
        rules = Rules.of(peer);
        descriptors = worker.mostDescriptors();
    }

    /** One more agent in this image, with all that it needs but these. The runs themselves have others, which plan the faults. */
    Agent start(AgentImage image, Set<Capability> missing) {
        agents++;
        String name = image.provide(nftables.engine());
        Set<Capability> capabilities = AgentContainer.needed(name);
        capabilities.removeAll(missing);
        return AgentContainer.start(
                nftables.engine(), new AgentContainer.Launch(nftables.id(), FIRST + agents, name, capabilities));
    }

    /** Of the last agent's process, by the Docker host's kernel. */
    String status() throws IOException {
        InspectContainerResponse agent = nftables.engine()
                .client()
                .inspectContainerCmd("faultline-agent-" + nftables.id() + "-" + (FIRST + agents))
                .exec();
        return Files.readString(Path.of("/proc", String.valueOf(agent.getState().getPidLong()), "status"));
    }

    /** Whether it can; false if it refuses. Fails if it says that it did it, and nobody sees that. */
    boolean works(Agent agent, AgentUse use) throws Exception {
        try {
            return exercise(agent, use);
        } catch (AgentException refused) {
            return false;
        }
    }

    private boolean exercise(Agent agent, AgentUse use) throws Exception {
        return switch (use) {
            case PARTITION -> injects(agent, nftables, Partition.of(peer.target()), this::hasRules);
            case DNS_FAILURE ->
                injects(agent, nftables, DnsFailure.of(peer.target()).nxdomain(), this::hasRules);
            case PARTITION_BY_IPTABLES -> injects(agent, iptables, Partition.of(peer.target()), this::hasRules);
            case DNS_FAILURE_BY_IPTABLES ->
                injects(agent, iptables, DnsFailure.of(peer.target()).nxdomain(), this::hasRules);
            case BANDWIDTH -> injects(agent, Bandwidth.of(peer.target(), BitRate.mbit(1)), this::hasRules);
            case RESET_CONNECTIONS -> resets(agent);
            case FREEZE ->
                injects(
                        agent,
                        Freeze.of(worker.target()),
                        () -> !Still.of(worker).held().isEmpty());
            case FROZEN_LOG_READER ->
                injects(
                        agent,
                        FrozenLogReader.of(worker.target()),
                        () -> Still.tracerOf(worker).isPresent());
            case SIGNAL -> signals(agent);
            case TERMINATION -> terminates(agent);
            case CLOCK_SKEW ->
                injects(
                        agent,
                        ClockSkew.of(clock.target()).by(ofHours(1)),
                        () -> clock.tell().aheadSeconds() > 3000);
            case CPU_STRESS -> injects(agent, CpuStress.of(worker.target()), this::hasStrangers);
            case MEMORY_PRESSURE ->
                injects(agent, MemoryPressure.of(worker.target()).share(0.5), this::hasStrangers);
            case DISK_FULL -> injects(agent, DiskFull.of(worker.target(), "/data"), this::isFull);
            case FILE_DESCRIPTOR_EXHAUSTION ->
                injects(
                        agent,
                        FileDescriptorExhaustion.of(worker.target()),
                        () -> worker.mostDescriptors() < descriptors);
            case SOCKETS_OF_A_CLIENT ->
                !agent.socketsOf(namespace(worker.target())).sockets().isEmpty();
            case SWEEP -> sweeps(agent);
        };
    }

    private boolean injects(Agent agent, Fault fault, Callable<Boolean> harm) {
        return injects(agent, nftables, fault, harm);
    }

    /** Has an agent make what a fault is on the topology that another one has seen, and heal it. */
    private boolean injects(Agent agent, DockerRun planner, Fault fault, Callable<Boolean> harm) {
        List<Opening> openings = fault.plan(planner.topology(fault.targets())).effects().stream()
                .map(AgentEffect.class::cast)
                .map(this::opening)
                .toList();
        agent.open(openings, List.of());
        try {
            await().pollInSameThread().atMost(ofSeconds(10)).until(harm);
        } finally {
            List<State> healed = agent.heal(openings.stream().map(Opening::tag).toList());
            assertThat(healed).allSatisfy(state -> assertThat(state.problem()).isEmpty());
        }
        return true;
    }

    private Opening opening(AgentEffect effect) {
        return new Opening(tag(), effect.namespace(), effect.action(), ofMinutes(1), false);
    }

    private String tag() {
        effects++;
        return "FAULTLINE-" + nftables.id() + "-" + (900_000 + effects);
    }

    private boolean resets(Agent agent) throws IOException {
        try (Line line = new Line(peer.connectDirectly())) {
            assertThat(line.echoes("hello")).isTrue();
            return injects(
                    agent,
                    ResetConnections.of(peer.target()),
                    () -> !line.fateOf("hello").equals("ANSWERED"));
        }
    }

    private boolean signals(Agent agent) {
        long before = reloads();
        return injects(agent, Signal.of(shell(), "HUP"), () -> reloads() > before);
    }

    /** By a signal that it outlives. */
    private boolean terminates(Agent agent) {
        long before = reloads();
        NetworkNamespace where = namespace(shell());
        agent.part(where, "HUP", Optional.empty());
        try {
            await().pollInSameThread().atMost(ofSeconds(10)).until(() -> reloads() > before);
        } finally {
            agent.forget(where.pid());
        }
        return true;
    }

    /** What looks left by a run that lives, so that no other sweep takes it. */
    private boolean sweeps(Agent agent) {
        String tag = tag();
        rules.run("nft add table inet " + tag);
        try {
            agent.sweepEffects(List.of(tag));
            return !hasRules();
        } finally {
            rules.run("nft delete table inet " + tag + " || true");
        }
    }

    private Target shell() {
        return Faultline.target("shell", shell);
    }

    private long reloads() {
        return shell.getLogs().lines().filter("reloaded"::equals).count();
    }

    private NetworkNamespace namespace(Target target) {
        return nftables.topology(List.of(target)).resolved(target).namespace();
    }

    /** Ours, as another container sees them in the peer's namespace. */
    boolean hasRules() {
        return !rules.ours().isEmpty();
    }

    private boolean hasStrangers() {
        return !worker.strangers().isEmpty();
    }

    private boolean isFull() throws IOException {
        try (Line line = worker.line()) {
            return line.answer("write 1000000").equals("ENOSPC");
        }
    }

    @Override
    public void close() {
        try (iptables;
                nftables;
                peer;
                worker;
                clock;
                shell) {
            rules.close();
        }
    }
}
