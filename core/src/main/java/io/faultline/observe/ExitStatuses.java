package io.faultline.observe;

import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Tells how containers ended. Thread-safe. */
@API(status = Status.INTERNAL)
public interface ExitStatuses {

    /**
     * How a run of a container ended; empty while the engine takes it for running.
     *
     * @param run which can be over for so long that the engine has started the next one
     * @param known its exit code, if the kernel tells it
     */
    Optional<ExitStatus> of(ContainerRun run, Optional<Integer> known);

    /** By which the engine starts it again when it ends: {@code always}; empty if it does not, or it is gone. */
    Optional<String> restartPolicy(String containerId);
}
