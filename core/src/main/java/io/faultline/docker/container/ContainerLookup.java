package io.faultline.docker.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.Labels;
import io.faultline.fault.Fault;
import io.faultline.topology.NetworkMode;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the one running container that a target means, or says why there is none. */
public final class ContainerLookup {

    private static final String COMPOSE_SERVICE = "com.docker.compose.service";
    private static final String OF_CONTAINER = "container:";
    private static final int SHORTEST_ID = 12;

    private final DockerEngine engine;
    private final Function<String, Optional<Fault>> silencing;
    private final Function<String, Optional<Fault>> pausing;

    /**
     * By the full ids of containers.
     *
     * @param silencing which open fault, if any, keeps the engine from answering about one
     * @param pausing which open fault, if any, has put one into the engine's freezer
     */
    public ContainerLookup(
            DockerEngine engine,
            Function<String, Optional<Fault>> silencing,
            Function<String, Optional<Fault>> pausing) {
        this.engine = engine;
        this.silencing = silencing;
        this.pausing = pausing;
    }

    /**
     * The container that a target means.
     *
     * @throws TargetException if no container is meant, or several are, or it does not run, or is paused
     */
    public InspectContainerResponse find(Target target) {
        InspectContainerResponse inspected = inspect(target);
        requireRunning(target, inspected);
        requireUnpaused(target, inspected);
        return inspected;
    }

    /** The container whose network namespace this one is in, if that is another's and it is still there. */
    public Optional<InspectContainerResponse> owner(InspectContainerResponse container) {
        try {
            return ownerId(container)
                    .filter(id -> silencing.apply(id).isEmpty())
                    .map(id -> Inspection.of(engine.client(), id));
        } catch (NotFoundException removed) {
            return Optional.empty(); // what shares its namespace keeps that
        }
    }

    /** The full id of the container whose network namespace this one is in, if that is another's. */
    static Optional<String> ownerId(InspectContainerResponse container) {
        return Optional.of(mode(container))
                .filter(mode -> mode.startsWith(OF_CONTAINER))
                .map(mode -> mode.substring(OF_CONTAINER.length()));
    }

    public static NetworkMode networkMode(
            InspectContainerResponse container, Optional<InspectContainerResponse> owner) {
        String mode = mode(container);
        if (mode.equals("host")) {
            return NetworkMode.HOST;
        }
        return mode.startsWith(OF_CONTAINER)
                ? NetworkMode.of(owner.map(found -> found.getName().substring(1))
                        .orElseGet(() -> mode.substring(OF_CONTAINER.length())))
                : NetworkMode.OWN;
    }

    private static String mode(InspectContainerResponse container) {
        return String.valueOf(container.getHostConfig().getNetworkMode());
    }

    private InspectContainerResponse inspect(Target target) {
        try {
            String id =
                    isFullId(target) ? target.reference() : one(target, list()).getId();
            requireAnswers(target, id);
            return Inspection.of(engine.client(), id);
        } catch (NotFoundException e) {
            one(target, list()); // tells what there is instead
            throw new TargetException(target + " was removed while it was looked at. Start it again before the fault.");
        }
    }

    /** Whether it means one container for ever, and not whichever has that name. */
    static boolean isFullId(Target target) {
        return target.reference().matches("[0-9a-f]{64}");
    }

    /** @throws TargetException if an open fault keeps the engine from answering about it */
    void requireAnswers(Target target, String id) {
        silencing.apply(id).ifPresent(fault -> {
            throw new TargetException(target + " cannot be looked at: " + fault + " is open, and Docker may answer "
                    + "nothing about it until that is healed. Inject both as one (Together), inject this one first, "
                    + "or use BlockedStdout, which leaves Docker alone.");
        });
    }

    private List<Container> list() {
        return engine.client().listContainersCmd().withShowAll(true).exec();
    }

    // A name, then an id, then a Compose service: the first kind that matches anything decides.
    private static Container one(Target target, List<Container> all) {
        String reference = target.reference();
        List<Predicate<Container>> kinds = List.of(
                container -> Arrays.asList(container.getNames()).contains("/" + reference),
                container ->
                        reference.length() >= SHORTEST_ID && container.getId().startsWith(reference),
                container -> reference.equals(container.getLabels().get(COMPOSE_SERVICE)));
        for (Predicate<Container> kind : kinds) {
            List<Container> matching = all.stream().filter(kind).toList();
            List<Container> meant = matching.size() > 1 ? running(matching) : matching;
            if (meant.size() == 1) {
                return meant.get(0);
            }
            if (!matching.isEmpty()) {
                throw new TargetException(target + " matched " + matching.size() + " containers (" + names(matching)
                        + "), of which " + meant.size() + " are running. Use the full name of the one that is meant.");
            }
        }
        List<Container> candidates = running(all).stream()
                .filter(container -> !"agent".equals(container.getLabels().get(Labels.ROLE)))
                .toList();
        throw new TargetException(target + " matched no container (running: "
                + (candidates.isEmpty() ? "none" : names(candidates)) + "). Start it first, or correct the name.");
    }

    // What is left of a service's stopped instances and one-off runs is not meant by its name.
    private static List<Container> running(List<Container> containers) {
        return containers.stream()
                .filter(container -> "running".equals(container.getState()))
                .toList();
    }

    private static String names(List<Container> containers) {
        return containers.stream()
                .map(container -> '"' + container.getNames()[0].substring(1) + '"')
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static void requireRunning(Target target, InspectContainerResponse inspected) {
        if (!Boolean.TRUE.equals(inspected.getState().getRunning())) {
            throw new TargetException(target + " is not running (its state is \""
                    + inspected.getState().getStatus() + "\"). Start it before the fault.");
        }
        if (Boolean.TRUE.equals(inspected.getState().getRestarting())) { // it has no process to look at just now
            throw new TargetException(target + " is restarting over and over (its last exit code was "
                    + inspected.getState().getExitCodeLong() + "). Look at its log; inject the fault once it runs.");
        }
    }

    /** Nothing in it would run under the fault, signals would wait in it, and Docker refuses nearly all about it. */
    private void requireUnpaused(Target target, InspectContainerResponse inspected) {
        if (Boolean.TRUE.equals(inspected.getState().getPaused())) {
            throw new TargetException(pausing.apply(inspected.getId())
                    .map(fault -> target + ": it is paused already, by " + fault
                            + ", which is open. Heal that first, or " + "inject both as one (Together).")
                    .orElseGet(() -> target + ": it is paused already. Who pauses it? Unpause it first (docker unpause "
                            + inspected.getName().substring(1) + ")."));
        }
    }
}
