package io.faultline.observe;

import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * One run of a container, which can be started again after it.
 *
 * @param containerId the engine's full id
 * @param pid of its first process, as the Docker host numbers processes
 * @param began when that process was started, by the Docker host's clock; up to 10 ms before it was
 */
@API(status = Status.INTERNAL)
public record ContainerRun(String containerId, int pid, Instant began) {}
