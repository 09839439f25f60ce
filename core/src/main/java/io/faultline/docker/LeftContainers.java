package io.faultline.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import io.faultline.agent.Answers.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The containers of all runs but their agents, which leave by themselves unless they were never started
 * ({@link UnstartedAgents}). One whose run has no running agent any more
 * was left behind: a run starts its agent before any other container, and stops it last.
 */
record LeftContainers(DockerEngine engine, List<Found> all) {

    static final String CONTAINER = "container";

    static LeftContainers find(DockerEngine engine) {
        return new LeftContainers(
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
                        .map(LeftContainers::found)
                        .toList());
    }

    private static Found found(Container container) {
        String run = Objects.requireNonNull(container.getLabels().get(Labels.RUN), "listed by this label");
        boolean isKeeper = Keeper.ROLE.equals(container.getLabels().get(Labels.ROLE));
        return new Found(run, 0, 0, isKeeper ? Keeper.ROLE : CONTAINER, container.getNames()[0].substring(1));
    }

    List<Found> of(Predicate<Found> wanted) {
        return all.stream().filter(wanted).toList();
    }

    /** Removes each, whatever becomes of the others. */
    void remove(List<Found> containers) {
        List<RuntimeException> failures = new ArrayList<>();
        for (Found container : containers) {
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

    /** A keeper first does what it was left with, and then removes itself; until it has, it stays. */
    private void remove(Found container) {
        if (container.where().equals(Keeper.ROLE)) {
            Keeper.finish(engine, container.what());
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
