package io.faultline.docker;

import io.faultline.agent.Agent;
import io.faultline.agent.Answers.Features;
import io.faultline.docker.container.KernelProbe;
import io.faultline.docker.engine.AgentContainer;
import io.faultline.docker.engine.AgentImage;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.PacketFilter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the agents of a run: with nothing beneath them, or, where the kernel has no nf_tables for such a one, in the image that
 * has iptables. Which of both is found out by the first in this JVM, and stays so. Not thread-safe.
 */
final class AgentStarter {

    private static final Logger LOG = LoggerFactory.getLogger(AgentStarter.class);

    /** Engines whose kernel has turned out to need iptables: a run on one of them need not find out again. */
    private static final Set<String> WITHOUT_NFTABLES = ConcurrentHashMap.newKeySet();

    private final DockerEngine engine;
    private final String run;
    private final RequestedFilter requested;
    private AgentImage image;
    private Optional<PacketFilter> filter = Optional.empty();
    private int started;

    /** An agent that runs, and what it found that the kernel can do. */
    record Started(Agent agent, KernelFeatures kernel) {}

    AgentStarter(DockerEngine engine, String run, RequestedFilter requested) {
        this.engine = engine;
        this.run = run;
        this.requested = requested;
        boolean needsIptables = requested == RequestedFilter.AUTO
                && !AgentImage.isNamed()
                && WITHOUT_NFTABLES.contains(engine.machine());
        this.image = requested.isIptables() || needsIptables ? AgentImage.WITH_IPTABLES : AgentImage.PLAIN;
    }

    /** From now on with iptables, which an agent needs to see what another one has left that used it. */
    void useIptables() {
        image = AgentImage.WITH_IPTABLES;
    }

    /**
     * Starts one more.
     *
     * @throws EngineException if Docker cannot start it, or its image cannot be had
     * @throws io.faultline.agent.AgentException if it starts but does not answer
     */
    Started start() {
        Agent agent = inContainer();
        Features tried = tried(agent);
        if (canDoWith(tried)) {
            return started(agent, tried);
        }
        leave(agent);
        LOG.info("Kernel {} has no nf_tables that the agent can use, so it uses iptables", agent.kernel());
        useIptables();
        WITHOUT_NFTABLES.add(engine.machine());
        Agent other = withIptables(agent.kernel());
        return started(other, tried(other));
    }

    /** What the agents use; empty before the first has been started, and if nothing works on this kernel. */
    Optional<PacketFilter> filter() {
        return filter;
    }

    private Started started(Agent agent, Features tried) {
        KernelFeatures kernel = KernelProbe.features(agent.kernel(), tried, requested);
        filter = kernel.packetFilter();
        return new Started(agent, kernel);
    }

    private boolean canDoWith(Features tried) {
        return image == AgentImage.WITH_IPTABLES
                || requested != RequestedFilter.AUTO
                || AgentImage.isNamed() // so there is no other
                || KernelProbe.hasNftables(tried);
    }

    private Agent withIptables(String kernel) {
        try {
            return inContainer();
        } catch (EngineException e) {
            throw new EngineException(
                    "Kernel " + kernel + " has no nf_tables that the agent can use, so it needs iptables: "
                            + e.getMessage(),
                    e);
        }
    }

    private Agent inContainer() {
        started++;
        return AgentContainer.start(engine, run, started, image);
    }

    private static Features tried(Agent agent) {
        try {
            return agent.features();
        } catch (RuntimeException e) {
            leave(agent);
            throw e;
        }
    }

    /** One that has nothing open: it leaves with its channel, also if it does not answer any more. */
    private static void leave(Agent agent) {
        try {
            agent.close();
        } catch (RuntimeException e) {
            LOG.debug("An agent that was to leave did not say so", e);
        }
    }
}
