package io.faultline.docker;

import io.faultline.agent.Answers.Leftover;
import io.faultline.docker.engine.DockerEngine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All in the engine that belongs to a run, whether that lives or not. */
record Orphans(OrphanedContainers containers, OrphanedResources resources, List<Leftover> agents) {

    /** A look that is under way. */
    record Search(CompletableFuture<Orphans> found) {
        Orphans result() {
            try {
                return found.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    /**
     * Begins to look for them on another thread.
     *
     * @param patience how long an agent that does not run may yet be started by a run that lives
     */
    static Search search(DockerEngine engine, String ownRun, Duration patience) {
        return new Search(CompletableFuture.supplyAsync(() -> new Orphans(
                OrphanedContainers.find(engine),
                OrphanedResources.find(engine),
                new UnstartedAgents(engine, ownRun).thatStay(patience))));
    }

    /** Those that are left behind, if these runs are dead. Agents that were never started are. */
    List<Leftover> of(Predicate<Leftover> dead) {
        return Stream.of(containers.of(dead), agents, resources.of(dead))
                .flatMap(List::stream)
                .toList();
    }

    /** Removes these: containers first, as resources are in use by them. */
    void remove(Predicate<Leftover> dead) {
        containers.remove(
                Stream.concat(containers.of(dead).stream(), agents.stream()).toList());
        resources.remove(resources.of(dead));
    }
}
