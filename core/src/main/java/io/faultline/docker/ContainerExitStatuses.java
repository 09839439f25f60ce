package io.faultline.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import io.faultline.observe.ExitStatus;
import io.faultline.observe.ExitStatuses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks the engine how containers ended. */
public final class ContainerExitStatuses implements ExitStatuses {

    private static final int LAST_LINES = 20;
    private static final long LOG_LIMIT_SECONDS = 10;

    private final DockerClient client;

    public ContainerExitStatuses(DockerEngine engine) {
        this.client = engine.client();
    }

    @Override
    public Optional<ExitStatus> of(String containerId) {
        try {
            ContainerState state =
                    client.inspectContainerCmd(containerId).exec().getState();
            if (Boolean.TRUE.equals(state.getRunning())) {
                return Optional.empty();
            }
            int exitCode = Math.toIntExact(Objects.requireNonNullElse(state.getExitCodeLong(), -1L));
            return Optional.of(
                    new ExitStatus(exitCode, Boolean.TRUE.equals(state.getOOMKilled()), lastLines(containerId)));
        } catch (NotFoundException e) {
            throw new EngineException(
                    "The container ended and was removed at once, so its exit code is lost. Start it without "
                            + "AutoRemove (--rm).",
                    e);
        }
    }

    /** Empty if its log driver keeps nothing that could be read. */
    private String lastLines(String containerId) {
        StringBuilder lines = new StringBuilder();
        try (ResultCallback.Adapter<Frame> callback = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
                lines.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
            }
        }) {
            client.logContainerCmd(containerId)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withTail(LAST_LINES)
                    .exec(callback)
                    .awaitCompletion(LOG_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            return "";
        }
        return lines.toString();
    }
}
