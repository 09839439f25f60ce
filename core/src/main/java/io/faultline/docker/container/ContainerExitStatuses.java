package io.faultline.docker.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.RestartPolicy;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.observe.ContainerRun;
import io.faultline.observe.ExitStatus;
import io.faultline.observe.ExitStatuses;
import java.util.Optional;

/**
 * Asks the engine how containers ended. One that its restart policy starts again is one that runs, for the engine, and what it
 * says of the last run is soon that of the next: the exit code is the kernel's then, and the log is cut where the run ended.
 */
public final class ContainerExitStatuses implements ExitStatuses {

    private final DockerClient client;

    public ContainerExitStatuses(DockerEngine engine) {
        this.client = engine.client();
    }

    @Override
    public Optional<ExitStatus> of(ContainerRun run, Optional<Integer> known) {
        try {
            ContainerState state =
                    client.inspectContainerCmd(run.containerId()).exec().getState();
            if (isBetweenRuns(state)) {
                int code = Optional.ofNullable(state.getExitCodeLong())
                        .map(Math::toIntExact)
                        .or(() -> known)
                        .orElse(-1);
                return Optional.of(ended(run, code, Boolean.TRUE.equals(state.getOOMKilled())));
            }
            boolean isTheNextRun = !Long.valueOf(run.pid()).equals(state.getPidLong());
            return known.filter(code -> isTheNextRun).map(code -> ended(run, code, false));
        } catch (NotFoundException e) {
            return Optional.of(known.map(code -> new ExitStatus(code, false, Optional.empty()))
                    .orElseThrow(() -> new EngineException(
                            "The container ended and was removed at once, so its exit code is lost. Start it without "
                                    + "AutoRemove (--rm).",
                            e)));
        }
    }

    /** One that is to be started again counts as running for Docker, which has an exit code and no process meanwhile. */
    private static boolean isBetweenRuns(ContainerState state) {
        return !Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getRestarting());
    }

    private ExitStatus ended(ContainerRun run, int exitCode, boolean oomKilled) {
        return new ExitStatus(exitCode, oomKilled, new LogOfRun(client, run).lastLines());
    }

    @Override
    public Optional<String> restartPolicy(String containerId) {
        try {
            return Optional.ofNullable(client.inspectContainerCmd(containerId)
                            .exec()
                            .getHostConfig()
                            .getRestartPolicy())
                    .map(RestartPolicy::getName)
                    .filter(name -> !name.isEmpty() && !name.equals("no"));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }
}
