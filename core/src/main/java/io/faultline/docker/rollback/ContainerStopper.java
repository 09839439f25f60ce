package io.faultline.docker.rollback;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.NotFoundException;
import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.effect.EndedContainer;
import io.faultline.topology.NetworkNamespace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Ends containers by a signal that the agent sends to their first process: their restart policy acts as after a crash. */
final class ContainerStopper {

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);
    /** For the kernel to end what got SIGKILL, and for Docker to hear of it. */
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final DockerEngine engine;
    private final Supplier<Agent> agent;

    ContainerStopper(DockerEngine engine, Supplier<Agent> agent) {
        this.engine = engine;
        this.agent = agent;
    }

    /**
     * Returns once Docker knows of the end, too.
     *
     * @return how it ended, by the engine's words and clock
     * @throws EngineException if it does not end
     */
    String end(EndedContainer effect, Wiring now) {
        int pid = Math.toIntExact(now.process());
        if (pid == 0) {
            throw new EngineException("Cannot " + effect.summary() + ": it does not run any more.");
        }
        Agent asked = agent.get();
        NetworkNamespace where =
                new NetworkNamespace(asked.look(List.of(pid)).get(0).netns(), pid);
        boolean ended = !effect.signal().equals("KILL") && ends(asked, where, effect.signal(), effect.grace());
        if (!ended && !isKilled(asked, where)) {
            throw new EngineException(effect.place() + " got SIGKILL, and its first process did not end within "
                    + END_LIMIT.toSeconds() + " s: is it paused, or does it wait for a disk?");
        }
        return awaitEngine(effect, now);
    }

    private String awaitEngine(EndedContainer effect, Wiring before) {
        long giveUp = System.nanoTime() + END_LIMIT.toNanos();
        while (true) {
            Optional<ContainerState> state = state(effect);
            if (!state.map(ContainerState::getPidLong).equals(Optional.of(before.process()))) {
                return effect.place() + " ended"
                        + state.map(ContainerStopper::how).orElse(", and was removed");
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new EngineException(effect.place() + " ended, and Docker did not hear of it within "
                        + END_LIMIT.toSeconds() + " s. Is the engine overloaded?");
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private static boolean isKilled(Agent agent, NetworkNamespace where) {
        try {
            return ends(agent, where, "KILL", END_LIMIT);
        } catch (AgentException gone) {
            return true; // it ended by itself at this moment; that Docker hears of it is waited for in any case
        }
    }

    private static boolean ends(Agent agent, NetworkNamespace where, String signal, Duration limit) {
        agent.part(where, signal, Optional.empty());
        try {
            long giveUp = System.nanoTime() + limit.toNanos();
            while (agent.parted(where.pid()).endedNanos() == 0) {
                if (System.nanoTime() - giveUp > 0) {
                    return false;
                }
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
            return true;
        } finally {
            agent.forget(where.pid());
        }
    }

    private Optional<ContainerState> state(EndedContainer effect) {
        try {
            return Optional.of(engine.client()
                    .inspectContainerCmd(effect.containerId())
                    .exec()
                    .getState());
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    private static String how(ContainerState state) {
        if (Boolean.TRUE.equals(state.getRunning())) {
            return ", and Docker started it again by its restart policy";
        }
        return " with exit code " + state.getExitCodeLong()
                + (Boolean.TRUE.equals(state.getOOMKilled()) ? ", killed for want of memory," : "") + " at "
                + state.getFinishedAt() + " by the engine's clock";
    }
}
