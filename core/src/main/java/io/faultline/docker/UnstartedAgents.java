package io.faultline.docker;

import com.github.dockerjava.api.model.Container;
import io.faultline.agent.Answers.Leftover;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Agents that are not running and should have gone: what a JVM leaves that is killed between creating and starting one. A live
 * run is at that for a moment as well, so one is left behind only if it stays as it is for a while.
 */
record UnstartedAgents(DockerEngine engine, String ownRun) {

    /** How long a start takes at the most, on a machine that does much else. */
    private static final Duration OLD = Duration.ofMinutes(1);

    private static final Duration PAUSE = Duration.ofMillis(200);

    /** States as Docker names them. Podman refuses to be asked for those that it does not have. */
    private static final Set<String> NOT_RUNNING = Set.of("created", "exited", "dead");

    /**
     * Those that were made more than a minute ago, and those that have not been started within this time.
     *
     * @param patience zero to look once
     */
    List<Leftover> thatStay(Duration patience) {
        long giveUp = System.nanoTime() + patience.toNanos();
        List<Container> young = list();
        List<Container> old = young.stream().filter(UnstartedAgents::isOld).toList();
        while (young.size() > old.size() && System.nanoTime() - giveUp < 0) {
            LockSupport.parkNanos(PAUSE.toNanos());
            List<String> still = list().stream().map(Container::getId).toList();
            young = young.stream().filter(each -> still.contains(each.getId())).toList();
            old = old.stream().filter(each -> still.contains(each.getId())).toList();
        }
        return (patience.isZero() ? old : young)
                .stream().map(UnstartedAgents::found).toList();
    }

    private List<Container> list() {
        return engine
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.ROLE, "agent"))
                .exec()
                .stream()
                .filter(agent -> NOT_RUNNING.contains(agent.getState()))
                .filter(agent -> !ownRun.equals(agent.getLabels().get(Labels.RUN)))
                .toList();
    }

    /** By the engine's clock against this machine's; a wrong answer costs its run a second start at most. */
    private static boolean isOld(Container agent) {
        return Instant.ofEpochSecond(agent.getCreated()).plus(OLD).isBefore(Instant.now());
    }

    private static Leftover found(Container agent) {
        String run = Objects.requireNonNullElse(agent.getLabels().get(Labels.RUN), "unknown");
        return new Leftover(run, 0, 0, OrphanedContainers.CONTAINER, agent.getNames()[0].substring(1));
    }
}
