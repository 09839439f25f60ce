package io.faultline.scenario.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import io.faultline.docker.container.Inspection;
import io.faultline.docker.engine.EngineException;
import io.faultline.observe.Observation;
import io.faultline.observe.Poll;
import java.time.Duration;

/** Waits until a container that was just started runs, and is healthy if its image or service says how to find out. */
record HealthWait(DockerClient client, Candidate container, String service) {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PERIOD = Duration.ofMillis(50);

    /** @throws EngineException if it ends, or is not within a minute */
    void await() throws InterruptedException {
        long began = System.nanoTime();
        try (Poll poll = Poll.start(
                () -> new Observation(isHealthy(), container.name(), Duration.ofNanos(System.nanoTime() - began)),
                PERIOD)) {
            boolean came = poll.await(began + LIMIT.toNanos()).isPresent();
            poll.failure().ifPresent(why -> {
                throw why instanceof RuntimeException failure ? failure : new EngineException(why.toString());
            });
            if (!came) {
                throw new EngineException("The service \"" + service + "\" (container " + container.name()
                        + ") did not become healthy within " + LIMIT.toSeconds()
                        + " s. Look at its health check and log.");
            }
        }
    }

    private boolean isHealthy() {
        ContainerState state = Inspection.of(client, container.id()).getState();
        String status = String.valueOf(state.getStatus());
        if (status.equals("exited") || status.equals("dead")) {
            throw new EngineException("The service \"" + service + "\" (container " + container.name()
                    + ") ended with exit code " + state.getExitCodeLong() + " after its start. Look at its log.");
        }
        HealthState health = state.getHealth();
        boolean isChecked = health != null && !"none".equals(String.valueOf(health.getStatus()));
        return status.equals("running") && (!isChecked || "healthy".equals(health.getStatus()));
    }
}
