package io.faultline.scenario.probe;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a container runs, or has ended with an exit code. One that is paused, or that Docker starts again and again, does
 * not run.
 *
 * @param role whose container
 * @param code that it has to have ended with; empty if it has to run
 */
public record ExitCodeProbe(String role, Optional<Integer> code) implements Probe {

    /** @throws IllegalArgumentException if the role is blank, or no container ends with this code */
    public ExitCodeProbe {
        Text.required(role, "a role");
        if (code.filter(number -> number < 0 || number > 255).isPresent()) {
            throw new IllegalArgumentException(
                    "An exit-code probe needs a code from 0 to 255, but it was " + code.get() + ".");
        }
    }

    public static ExitCodeProbe running(String role) {
        return new ExitCodeProbe(role, Optional.empty());
    }

    public static ExitCodeProbe ended(String role, int code) {
        return new ExitCodeProbe(role, Optional.of(code));
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        return ProbeExecution.within(
                within,
                look -> judged(system.container(role).getCurrentContainerInfo().getState()));
    }

    private ProbeResult judged(InspectContainerResponse.ContainerState state) {
        String status = String.valueOf(state.getStatus());
        boolean hasEnded = status.equals("exited") || status.equals("dead");
        if (!hasEnded) {
            return new ProbeResult(code.isEmpty() && status.equals("running"), status, "");
        }
        Long ended = state.getExitCodeLong();
        boolean isRight = code.filter(number -> ended != null && number == ended.intValue())
                .isPresent();
        String killed = Boolean.TRUE.equals(state.getOOMKilled()) ? "killed for want of memory" : "";
        return new ProbeResult(isRight, "ended with exit code " + ended, killed);
    }
}
