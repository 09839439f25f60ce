package io.faultline.docker;

import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.agent.Answers.Leftover;
import io.faultline.agent.RememberedTopology;
import io.faultline.docker.AgentStarter.Started;
import io.faultline.docker.container.ContainerLookup;
import io.faultline.docker.container.NamespaceSharers;
import io.faultline.docker.container.TopologyReader;
import io.faultline.docker.engine.AgentImage;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.docker.output.UnreadOutputExecutor;
import io.faultline.docker.rollback.RollbackExecutor;
import io.faultline.docker.stream.StreamProxies;
import io.faultline.inject.AgentSource;
import io.faultline.inject.EffectExecutor;
import io.faultline.inject.InjectionRegistry;
import io.faultline.observe.Client;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JVM's work on one Docker engine: its id, its agent, and what it has open. The agent starts on first use and is
 * replaced if it dies; closing the run heals all and lets the agent leave. Thread-safe.
 */
@API(status = Status.INTERNAL)
public final class DockerRun implements AgentSource, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DockerRun.class);

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final String id = HexFormat.of().formatHex(new SecureRandom().generateSeed(4));
    private final InjectionRegistry registry = new InjectionRegistry(id, this);
    private final DockerEngine engine;
    private final ContainerLookup lookup;
    private final StreamProxies streams;
    private final RollbackExecutor rollbacks;
    private final UnreadOutputExecutor outputs;
    private Optional<TopologyReader> reader = Optional.empty();
    private final AgentStarter starter;
    private Optional<Started> agent = Optional.empty();
    private volatile boolean closed;

    private DockerRun(DockerEngine engine, RequestedFilter filter) {
        this.engine = engine;
        this.starter = new AgentStarter(engine, id, filter);
        this.lookup = new ContainerLookup(engine, registry::silencing, registry::pausing);
        this.streams = new StreamProxies(engine, id, lookup);
        this.rollbacks = new RollbackExecutor(engine, id, this::agent, lookup);
        this.outputs = new UnreadOutputExecutor(engine, this::agent);
    }

    /**
     * Connects to the engine; the agent starts on first use.
     *
     * @throws EngineException if no engine can be reached
     */
    public static DockerRun open() {
        return open(RequestedFilter.read());
    }

    /** The same, with another packet filter than the property names. */
    public static DockerRun open(RequestedFilter filter) {
        return new DockerRun(DockerEngine.connect(), filter);
    }

    public String id() {
        return id;
    }

    public DockerEngine engine() {
        return engine;
    }

    /** For reports, the engine and the packet filter that agents use, once there has been one: {@code Docker 20.10.24, kernel 6.18.44, nftables}. */
    public synchronized String describe() {
        return engine.describe()
                + starter.filter()
                        .map(filter -> ", " + filter.flavour().wireName())
                        .orElse("");
    }

    public InjectionRegistry registry() {
        return registry;
    }

    /** The running agent; a new one first removes what dead runs have left. */
    @Override
    public synchronized Agent agent() {
        if (living().isPresent()) {
            return living().get().agent();
        }
        Orphans.Search orphans = Orphans.search(engine, id, Duration.ZERO); // while the engine starts it
        Agent started = startedAgent();
        try {
            sweep(started, orphans, false);
        } catch (RuntimeException e) { // of the agent or of Docker: what others left must not stop this run
            LOG.warn("What a dead run has left could not be removed: {}", e.getMessage());
        }
        return started;
    }

    private synchronized Agent startedAgent() {
        if (closed) {
            throw new AgentException("This run is closed, and starts no agent any more. Open another one.");
        }
        Started started = starter.start();
        agent = Optional.of(started);
        reader = Optional.empty();
        started.agent().onEnded(registry::ended);
        started.agent().gone().thenRun(() -> OrphanHealer.begin(this));
        return started.agent();
    }

    private Optional<Started> living() {
        return agent.filter(started -> started.agent().isAlive());
    }

    /** Finds out about the targets, and once for each agent about the kernel. */
    @Override
    public Topology topology(List<Target> targets) {
        return reader().read(targets).with(streams.routes());
    }

    @Override
    public Optional<RememberedTopology> remembered(List<Target> targets) {
        return reader().remembered(targets)
                .map(known -> new RememberedTopology(known.topology().with(streams.routes()), known.seen()));
    }

    @Override
    public List<String> lostWith(ResolvedTarget resolved) {
        return new NamespaceSharers(engine).of(agent(), resolved.pid(), resolved.networkMode());
    }

    @Override
    public List<EffectExecutor> executors() {
        return List.of(streams, rollbacks, outputs);
    }

    /**
     * A way to a target through a proxy, into which stream faults can be injected.
     *
     * @param port in the target's container; empty means the only TCP port that it exposes
     * @param user keeps it open until it {@link #leaveStreams leaves}
     */
    public StreamRoute through(Target target, OptionalInt port, Object user) {
        return streams.through(target, port, user, this::agent);
    }

    /** Closes the streams that nobody else uses. */
    public void leaveStreams(Object user) {
        streams.leave(user);
    }

    /** What the Docker host's kernel can do. Starts the agent if none runs. */
    public KernelFeatures kernel() {
        return reader().kernel();
    }

    private synchronized TopologyReader reader() {
        Agent current = agent();
        KernelFeatures kernel = agent.orElseThrow().kernel();
        TopologyReader known = reader.orElseGet(() -> new TopologyReader(engine, current, lookup, kernel));
        reader = Optional.of(known);
        return known;
    }

    /** Whether something is open that nobody would take back if its agent were gone. */
    boolean needsRescue() {
        return !closed && registry.hasOrphans();
    }

    /** This JVM and its child processes, as the client that is judged. */
    public Client thisJvm() {
        return new Client("this JVM", Optional.empty(), Optional.of(new JvmSockets(this)));
    }

    /**
     * A container, as the client that is judged.
     *
     * @throws TargetException if there is no such running container
     */
    public Client client(Target target) {
        ResolvedTarget resolved = topology(List.of(target)).onAnyNetwork(target);
        ContainerSockets sockets =
                new ContainerSockets(this, () -> topology(List.of(target)).onAnyNetwork(target));
        return new Client(target.toString(), Optional.of(resolved.containerId()), Optional.of(sockets));
    }

    /** Where targets are published now otherwise than before, in words; empty if nowhere, or it cannot be found out. */
    public Optional<String> relocated(Topology before) {
        try {
            Topology now = topology(before.resolvedTargets().stream()
                    .map(ResolvedTarget::target)
                    .toList());
            return before.resolvedTargets().stream()
                    .flatMap(resolved -> now.onAnyNetwork(resolved.target()).movedFrom(resolved).stream())
                    .findFirst();
        } catch (RuntimeException e) { // stopped or removed since: that is no other address
            LOG.debug("Where targets are published now is not known: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Removes what runs that no longer live have left on this Docker host, or only lists it, in a run of its own.
     *
     * @return what was found, and unless it was a dry run is gone
     */
    public static List<Leftover> sweep(boolean dryRun) {
        try (DockerRun run = open()) {
            // Only its own commands show the rules of iptables. Where no image with them is, nobody has made such rules
            // lately.
            if (AgentImage.WITH_IPTABLES.isThere(run.engine)) {
                run.starter.useIptables();
            }
            Orphans.Search orphans = Orphans.search(run.engine, run.id, START_LIMIT);
            // Not agent(), which would have swept before we could look.
            return run.sweep(run.startedAgent(), orphans, dryRun);
        }
    }

    /** @param orphans looked for already: whose run's agent does not run after that is left behind, as a run starts its agent first */
    private List<Leftover> sweep(Agent started, Orphans.Search orphans, boolean dryRun) {
        List<Leftover> rules = started.found();
        Orphans inEngine = orphans.result();
        // Looked up after finding: a run that has started since then has nothing in what was found.
        List<String> live = engine.liveRuns();
        Predicate<Leftover> dead = each -> !live.contains(each.run());
        List<Leftover> left = new ArrayList<>(rules.stream().filter(dead).toList());
        if (!dryRun && !left.isEmpty()) {
            left = new ArrayList<>(
                    started.sweep(left.stream().map(Leftover::run).collect(Collectors.toSet())));
        }
        if (!dryRun) {
            inEngine.remove(dead); // after the rules, which harm others, and can be in these containers' namespaces
        }
        left.addAll(inEngine.of(dead));
        return left;
    }

    @Override
    public synchronized void close() {
        closed = true;
        streams.close();
        Optional<Started> leaving = agent;
        agent = Optional.empty();
        leaving.ifPresent(started -> started.agent().close());
    }
}
