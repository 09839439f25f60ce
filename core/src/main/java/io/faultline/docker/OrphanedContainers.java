package io.faultline.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import io.faultline.agent.Answers.Leftover;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.Labels;
import io.faultline.docker.rollback.RollbackContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The containers of all runs but their agents, which leave by themselves unless they were never started
 * ({@link UnstartedAgents}). One whose run has no running agent any more
 * was left behind: a run starts its agent before any other container, and stops it last.
 */
record OrphanedContainers(DockerEngine engine, List<Leftover> all) {

    static final String CONTAINER = "container";

    static OrphanedContainers find(DockerEngine engine) {
        return new OrphanedContainers(
                engine,
                engine
                        .client()
                        .listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(Labels.RUN))
                        .exec()
                        .stream()
                        .filter(container ->
                                !"agent".equals(container.getLabels().get(Labels.ROLE)))
                        .map(OrphanedContainers::found)
                        .toList());
    }

    private static Leftover found(Container container) {
        String run = Objects.requireNonNull(container.getLabels().get(Labels.RUN), "listed by this label");
        boolean isKeeper = RollbackContainer.ROLE.equals(container.getLabels().get(Labels.ROLE));
        return new Leftover(
                run, 0, 0, isKeeper ? RollbackContainer.ROLE : CONTAINER, container.getNames()[0].substring(1));
    }

    List<Leftover> of(Predicate<Leftover> wanted) {
        return all.stream().filter(wanted).toList();
    }

    /** Removes each, whatever becomes of the others. */
    void remove(List<Leftover> containers) {
        List<RuntimeException> failures = new ArrayList<>();
        for (Leftover container : containers) {
            try {
                remove(container);
            } catch (EngineException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
            throw failures.get(0);
        }
    }

    /** A rollback container first does what it was left with, and then removes itself; until it has, it stays. */
    private void remove(Leftover container) {
        if (container.where().equals(RollbackContainer.ROLE)) {
            RollbackContainer.finish(engine, container.what());
            return;
        }
        try {
            engine.client()
                    .removeContainerCmd(container.what())
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException | ConflictException gone) {
            return; // another sweep was faster, or is at it
        }
    }
}
