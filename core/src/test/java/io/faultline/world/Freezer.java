package io.faultline.world;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;

/** Pauses containers as a bystander does, with {@code docker pause}. */
public final class Freezer {

    private static final int ATTEMPTS = 5;

    private Freezer() {}

    /** Asks again if runc could not stop all of a container's threads, as happens on a busy machine (cgroup v1). */
    public static void pause(DockerClient docker, String container) {
        for (int attempt = 1; ; attempt++) {
            try {
                docker.pauseContainerCmd(container).exec();
                return;
            } catch (DockerException e) {
                boolean isBusy = String.valueOf(e.getMessage()).contains("unable to freeze");
                if (!isBusy || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
