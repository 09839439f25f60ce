package io.faultline.fault.process;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.agent.AgentException;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.topology.Target;
import io.faultline.world.Peer;
import io.faultline.world.Still;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

class SignalDockerIT {

    private final Faultline faultline = Faultline.open();
    /** Its first process says when it gets SIGHUP, and has a child that catches nothing. */
    private final GenericContainer<?> shell = new GenericContainer<>(DockerImageName.parse(Peer.image()))
            .withCommand(
                    "bash",
                    "-c",
                    "trap 'echo reloaded' HUP; tail -f /dev/null & echo ready; while :; do sleep 0.1; done")
            .waitingFor(Wait.forLogMessage("ready.*", 1));

    @BeforeEach
    void start() {
        shell.start();
    }

    @AfterEach
    void close() {
        try (shell) {
            faultline.close();
        }
    }

    private Target target() {
        return Faultline.target("shell", shell);
    }

    @Test
    @Tag("guest")
    void reachesTheFirstProcess() {
        try (Injection injection = faultline.inject(Signal.of(target(), "SIGHUP"))) {
            await().atMost(ofSeconds(5)).until(() -> shell.getLogs().contains("reloaded"));
            assertThat(injection.evidence().total(EvidenceUnit.SIGNALLED)).isEqualTo(1);
        }
    }

    @Test
    void isSentAgainByAPulse() {
        faultline.inject(Signal.of(target(), "HUP").pulse(ofMillis(300), ofMillis(300)));

        await().atMost(ofSeconds(10))
                .until(() -> shell.getLogs().lines().filter("reloaded"::equals).count() >= 3);
    }

    @Test
    void endsAProcessByItsNameAndNoOther() {
        try (Injection injection = faultline.inject(Signal.of(target(), "KILL").processes("tail"))) {
            await().atMost(ofSeconds(5)).until(() -> !Still.of(shell).running().contains("tail"));
            assertThat(Still.of(shell).running()).contains("bash");
            assertThat(injection.evidence().total(EvidenceUnit.SIGNALLED)).isEqualTo(1);
        }
    }

    @Test
    void tellsOfAFirstProcessToWhichItDoesNothing() {
        Injection injection = faultline.inject(Signal.of(target(), "USR1"));

        assertThatThrownBy(injection::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContaining("neither catches SIGUSR1 nor ended of it");
        assertThat(shell.isRunning()).isTrue();
    }

    @Test
    void countsNoProcessThatIgnoresItAndEndsByItself() throws Exception {
        shell.execInContainer(
                "sh",
                "-c",
                "nohup python3 -c 'import os, time\nwhile not os.path.exists(\"/end\"): time.sleep(.1)' >/dev/null 2>&1 &");
        await().atMost(ofSeconds(20)).until(() -> Still.of(shell).running().contains("python3"));
        Injection injection = faultline.inject(Signal.of(target(), "HUP").processes("python3"));
        shell.execInContainer("touch", "/end");
        await().atMost(ofSeconds(20)).until(() -> !Still.of(shell).running().contains("python3"));

        assertThatThrownBy(injection::close).isInstanceOf(NoEffectError.class);
    }

    @Test
    void tellsWhichProcessesThereAre() {
        assertThatThrownBy(() -> faultline.inject(Signal.of(target(), "HUP").processes("nginx")))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("no process is called nginx; there are bash");
    }
}
