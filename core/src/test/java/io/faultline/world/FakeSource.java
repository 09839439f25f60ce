package io.faultline.world;

import io.faultline.agent.Agent;
import io.faultline.agent.RememberedTopology;
import io.faultline.agent.Seen;
import io.faultline.inject.AgentSource;
import io.faultline.inject.EffectExecutor;
import io.faultline.inject.InjectionRegistry;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.PublishedPort;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;

/** One fake agent after another, and a topology made up by hand. */
public final class FakeSource implements AgentSource {

    private final InjectionRegistry registry = new InjectionRegistry("0a1b2c3d", this);
    private FakeAgent fake = new FakeAgent();
    private Agent agent = greet();
    private List<EffectExecutor> executors = List.of();
    private PublishedPort[] published = {};
    private List<Seen> seen = List.of();
    private int looks;

    private Agent greet() {
        Agent greeted = Agent.greet(fake);
        greeted.onEnded(registry::ended);
        return greeted;
    }

    /** The last agent that was started. */
    public synchronized FakeAgent fake() {
        return fake;
    }

    public InjectionRegistry registry() {
        return registry;
    }

    /** Kills the agent; returns when this JVM knows. */
    public void kill() {
        Agent dying;
        synchronized (this) {
            dying = agent;
            fake.die("Killed");
        }
        dying.gone().join();
    }

    @Override
    public synchronized Agent agent() {
        if (!agent.isAlive()) {
            fake = new FakeAgent();
            fake.on("sweep", FakeAgent::nothingFound);
            agent = greet();
        }
        return agent;
    }

    /** The target is published at these from now on. */
    public void publishes(PublishedPort... ports) {
        published = ports;
    }

    /** It knows its target from before by these processes from now on; forgets it by none. */
    public void remembers(Seen... processes) {
        seen = List.of(processes);
    }

    @Override
    public Optional<RememberedTopology> remembered(List<Target> targets) {
        return seen.isEmpty() ? Optional.empty() : Optional.of(new RememberedTopology(read(), seen));
    }

    /** How often the targets were looked at. */
    public int looks() {
        return looks;
    }

    /** Somebody else makes certain effects from now on. */
    public void carriedBy(EffectExecutor executor) {
        executors = List.of(executor);
    }

    @Override
    public List<EffectExecutor> executors() {
        return executors;
    }

    @Override
    public Topology topology(List<Target> targets) {
        looks++;
        return read();
    }

    private Topology read() {
        return ResolvedTargets.topology(
                new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true), ResolvedTargets.redis(published));
    }
}
