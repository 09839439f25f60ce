package io.faultline.docker.rollback;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.agent.Agent;
import io.faultline.docker.container.ContainerLookup;
import io.faultline.docker.container.NamespaceSharers;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.effect.ContainerChange;
import io.faultline.effect.Effect;
import io.faultline.effect.EndedContainer;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.EffectExecutor;
import io.faultline.inject.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Changes containers, with a rollback container for each injection. Thread-safe. */
public final class RollbackExecutor implements EffectExecutor {

    private final DockerEngine engine;
    private final String run;
    private final Supplier<Agent> agent;
    private final ContainerLookup lookup;
    private final NamespaceSharers sharers;
    private final ContainerStopper ender;
    private final AtomicInteger rollbacks = new AtomicInteger();

    public RollbackExecutor(DockerEngine engine, String run, Supplier<Agent> agent, ContainerLookup lookup) {
        this.engine = engine;
        this.run = run;
        this.agent = agent;
        this.lookup = lookup;
        this.sharers = new NamespaceSharers(engine);
        this.ender = new ContainerStopper(engine, agent);
    }

    @Override
    public boolean handles(Effect effect) {
        return effect instanceof ContainerChange;
    }

    @Override
    public ActiveDockerChanges open(List<Effect> effects, OpenOptions options) {
        RollbackPlan undo = new RollbackPlan();
        List<DockerChange> changes = new ArrayList<>();
        for (Effect each : effects) {
            ContainerChange effect = (ContainerChange) each;
            InspectContainerResponse found =
                    engine.client().inspectContainerCmd(effect.containerId()).exec();
            requireReversible(effect, found);
            if (effect instanceof EndedContainer) {
                requireUnshared(effect, found);
            }
            undo.add(effect, found.getNetworkSettings().getNetworks());
            changes.add(DockerChange.of(effect, Wiring.of(found)));
        }
        String name = "faultline-" + RollbackContainer.ROLE + "-" + run + "-" + rollbacks.incrementAndGet();
        RollbackContainer rollback =
                RollbackContainer.start(engine, new RollbackContainer.Task(run, name, undo.task(name, options)));
        ActiveDockerChanges open = new ActiveDockerChanges(engine, ender, changes, rollback);
        if (!options.lifted()) {
            try {
                open.restore();
            } catch (RuntimeException e) {
                rollback.close();
                throw e;
            }
        }
        return open;
    }

    /** Its network and its pid namespace end with it, and starting it again gives it others. */
    private void requireUnshared(ContainerChange effect, InspectContainerResponse found) {
        int pid = Math.toIntExact(Wiring.of(found).process());
        if (pid == 0) {
            return; // it has ended meanwhile, which the ender tells
        }
        List<String> losses = sharers.of(agent.get(), pid, ContainerLookup.networkMode(found, lookup.owner(found)));
        if (!losses.isEmpty()) {
            throw new ImpossibleFaultException(
                    "Cannot end " + effect.place() + " and start it again: other containers live in "
                            + "its namespaces, and healing would not give them back what they lose: "
                            + String.join(", ", losses)
                            + ". Stop these first, or end each of them in its place, which is possible; Freeze, Pause and Partition "
                            + "leave their namespaces alone.");
        }
    }

    private static void requireReversible(ContainerChange effect, InspectContainerResponse found) {
        if (Boolean.TRUE.equals(found.getState().getPaused())) { // meanwhile, for paused targets are not planned for
            throw new ImpossibleFaultException(
                    "Cannot " + effect.summary() + ": it is paused already. Who pauses it? Unpause it first.");
        }
        if (effect instanceof EndedContainer
                && Boolean.TRUE.equals(found.getHostConfig().getAutoRemove())) {
            throw new ImpossibleFaultException("Cannot end " + effect.place()
                    + " and start it again: Docker removes it when it ends. Start it without AutoRemove (--rm).");
        }
    }
}
