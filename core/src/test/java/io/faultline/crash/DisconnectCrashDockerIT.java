package io.faultline.crash;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import io.faultline.agent.Answers.Leftover;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import io.faultline.world.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Kills what has disconnected a container. Every agent sweeps when it starts, and this counts what is to be swept. */
@Isolated
class DisconnectCrashDockerIT {

    private static final Duration SOON = ofSeconds(10);
    private static final Duration LEASE_AND_MARGIN = ofSeconds(30);

    private final Peer peer = new Peer();

    @BeforeEach
    void start() {
        peer.start();
    }

    @AfterEach
    void stop() {
        peer.stop();
    }

    @Test
    void reconnectsWhenTheJvmIsKilled() throws Exception {
        try (VictimProcess victim = VictimProcess.disconnecting("hold", peer.getContainerId())) {
            assertThat(isConnected()).isFalse();

            victim.kill();

            waiting(SOON).until(this::isConnected);
            waiting(SOON).until(() -> rollbackContainers().isEmpty());
        }
    }

    @Test
    void reconnectsWhenTheJvmIsKilledAtAnyMoment() throws Exception {
        Random random = new Random(20261123);
        for (int round = 0; round < 5; round++) {
            try (VictimProcess victim = VictimProcess.disconnecting("loop", peer.getContainerId())) {
                LockSupport.parkNanos(random.nextLong(1_000_000_000));
                victim.kill();
            }
            // A rollback container that had not been spoken to yet leaves when its lease ends.
            waiting(LEASE_AND_MARGIN).until(this::isConnected);
            DockerRun.sweep(false); // one that was created, and not started any more
            waiting(SOON).until(() -> rollbackContainers().isEmpty());
        }
    }

    @Test
    void startsAgainWhatWasKilledWhenTheJvmIsKilledAtAnyMoment() throws Exception {
        Random random = new Random(20261123);
        for (int round = 0; round < 5; round++) {
            try (VictimProcess victim = VictimProcess.doing("kill", "loop", peer.getContainerId())) {
                LockSupport.parkNanos(random.nextLong(1_000_000_000));
                victim.kill();
            }
            waiting(SOON).until(() -> rollbackContainers().isEmpty()); // it waits for an end that may be under way
            assertThat(peer.isRunning()).isTrue();
            DockerRun.sweep(false);
        }
    }

    @Test
    void reconnectsWhenTheJvmStandsStillForLongerThanTheLeaseAndSaysSo() throws Exception {
        try (VictimProcess victim = VictimProcess.disconnecting("hold", peer.getContainerId())) {
            victim.signal("STOP");

            waiting(LEASE_AND_MARGIN).until(this::isConnected);
            victim.signal("CONT");

            assertThat(victim.close("heal")).contains("the lease of 15 s was not renewed");
        }
    }

    @Test
    void healsWhenItsKeeperWasKilled() throws Exception {
        try (VictimProcess victim = VictimProcess.disconnecting("hold", peer.getContainerId())) {
            killKeeper();
            assertThat(isConnected()).isFalse();

            assertThat(victim.close("heal")).isEqualTo("healed without complaint");
            assertThat(isConnected()).isTrue();
            assertThat(rollbackContainers()).isEmpty();
        }
    }

    @Test
    void healsWhenItsKeeperWasRemoved() throws Exception {
        try (VictimProcess victim = VictimProcess.disconnecting("hold", peer.getContainerId())) {
            docker().removeContainerCmd(rollbackContainers().get(0).getId())
                    .withForce(true)
                    .exec();

            assertThat(victim.close("heal")).isEqualTo("healed without complaint");
            assertThat(isConnected()).isTrue();
        }
    }

    @Test
    void isStartedAgainByDockerAndReconnectsWhenItIsKilledFromOutsideDocker() throws Exception {
        try (VictimProcess victim = VictimProcess.disconnecting("hold", peer.getContainerId())) {
            long pid = docker().inspectContainerCmd(rollbackContainers().get(0).getId())
                    .exec()
                    .getState()
                    .getPidLong();
            try (GenericContainer<?> killer = new GenericContainer<>(DockerImageName.parse(Peer.image()))
                    .withCreateContainerCmdModifier(
                            cmd -> cmd.getHostConfig().withPidMode("host").withCapAdd(Capability.KILL))
                    .withCommand("sh", "-c", "kill -9 " + pid + "; exec sleep 60")) {
                killer.start();
                waiting(SOON).until(this::isConnected);
            }
            waiting(SOON).until(() -> rollbackContainers().isEmpty());

            assertThat(victim.close("heal")).contains("it ended early: its rollback container died");
        }
    }

    @Test
    void sweepsWhatAKeeperLeavesThatIsKilledTogetherWithItsJvm() throws Exception {
        try (VictimProcess victim = VictimProcess.disconnecting("hold", peer.getContainerId())) {
            killKeeper();
            victim.kill();
        }
        String run = String.valueOf(rollbackContainers().get(0).getLabels().get(Labels.RUN));
        String name = "faultline-rollback-" + run + "-1";
        waiting(SOON)
                .until(() -> ours("agent").stream()
                        .noneMatch(agent -> run.equals(agent.getLabels().get(Labels.RUN))));
        assertThat(isConnected()).isFalse();

        assertThat(DockerRun.sweep(true)).extracting(Leftover::what).contains(name);
        assertThat(isConnected()).as("a dry run changes nothing").isFalse();

        assertThat(DockerRun.sweep(false)).extracting(Leftover::what).contains(name);
        assertThat(isConnected()).isTrue();
        assertThat(rollbackContainers()).isEmpty();
        assertThat(DockerRun.sweep(false)).extracting(Leftover::what).doesNotContain(name);
    }

    @Test
    void refusesAndChangesNothingWhereTheSocketCannotBeHad() throws Exception {
        String said = VictimProcess.disconnecting(
                peer.getContainerId(), Map.of("TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE", "/run/no-such.sock"));

        assertThat(said)
                .contains(
                        "Cannot start the rollback container",
                        "/run/no-such.sock",
                        "set TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE");
        assertThat(isConnected()).isTrue();
        assertThat(rollbackContainers()).isEmpty();
    }

    private boolean isConnected() {
        return !peer.getCurrentContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .isEmpty();
    }

    private List<Container> rollbackContainers() {
        return ours("rollback").stream()
                .filter(each -> each.getCommand().contains(peer.getContainerId()))
                .toList();
    }

    private static List<Container> ours(String role) {
        return docker().listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.ROLE, role))
                .exec();
    }

    private void killKeeper() {
        docker().killContainerCmd(rollbackContainers().get(0).getId())
                .withSignal("KILL")
                .exec();
    }

    private static DockerClient docker() {
        return DockerClientFactory.lazyClient();
    }

    private static ConditionFactory waiting(Duration limit) {
        return await().pollInSameThread().dontCatchUncaughtExceptions().atMost(limit);
    }
}
