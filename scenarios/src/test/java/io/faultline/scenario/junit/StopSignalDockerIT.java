package io.faultline.scenario.junit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.RestartPolicy;
import io.faultline.Faultline;
import io.faultline.junit.FaultlineTest;
import io.faultline.verify.BrokenError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The step {@code terminate}, on a service whose image names a stop signal, and which its engine starts again. */
@FaultlineTest
class StopSignalDockerIT {

    private static final String STEPS = """
            format: 1
            name: stops
            version: 1
            title: A service is told to stop
            why: It is deployed again.
            good: It ends by itself.
            fix: Handle the signal.
            roles: {client: the service}
            probes:
              runs: {command: {role: client, command: ["true"]}}
            steady: [runs]
            steps:
              - {terminate: client, %swithin: 10s, exit-codes: [0], last-log-line: bye}
            """;

    @TempDir
    private Path folder;

    private GenericContainer<?> service;

    @BeforeEach
    void start() {
        service = new GenericContainer<>(DockerImageName.parse("debian:bookworm-slim"))
                .withCommand(
                        "bash",
                        "-c",
                        "trap 'echo bye; exit 0' QUIT; trap 'exit 9' TERM; echo ready; while true; do sleep 0.1; done")
                .withCreateContainerCmdModifier(cmd -> {
                    cmd.withStopSignal("SIGQUIT");
                    Objects.requireNonNull(cmd.getHostConfig()).withRestartPolicy(RestartPolicy.alwaysRestart());
                })
                .waitingFor(Wait.forLogMessage("ready.*", 1));
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop();
    }

    private void play(String signal, Faultline faultline) throws Throwable {
        Files.writeString(folder.resolve("stops.scenario.yaml"), STEPS.formatted(signal));
        Scenarios.in(folder)
                .on(Map.of("client", service))
                .tests(faultline)
                .findFirst()
                .orElseThrow()
                .getExecutable()
                .execute();
    }

    @Test
    void isSentItsOwnStopSignal(Faultline faultline) throws Throwable {
        play("", faultline);
    }

    @Test
    void isSentTheSignalThatTheStepNames(Faultline faultline) {
        assertThatThrownBy(() -> play("signal: TERM, ", faultline))
                .isInstanceOf(BrokenError.class)
                .hasMessageContainingAll(
                        "after SIGTERM, but not gracefully", "Its exit code was 9", "Its engine would send SIGQUIT");
    }
}
