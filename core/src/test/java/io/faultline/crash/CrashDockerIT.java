package io.faultline.crash;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/** Kills what makes and holds the faults, and then looks at the world. */
@Execution(ExecutionMode.CONCURRENT)
class CrashDockerIT {

    // The kernel ends a fault 15 s after the agent's death: what is gone sooner was healed by the agent.
    private static final Duration SOONER_THAN_THE_KERNEL = ofSeconds(10);
    // Rules whose time is over stay behind until an agent takes them away; to start one takes a while on a busy
    // machine.
    private static final Duration NEW_AGENT = ofSeconds(40);
    private static final Duration LEASE_AND_MARGIN = ofSeconds(30);

    private final Peer peer = new Peer();
    private Rules rules;
    private Rules host;

    @BeforeEach
    void start() {
        peer.start();
        rules = Rules.of(peer);
        host = Rules.ofHost();
    }

    @AfterEach
    void stop() {
        host.close();
        rules.close();
        peer.stop();
    }

    @Test
    void healsWhenTheJvmIsKilled() throws Exception {
        try (VictimProcess victim = VictimProcess.holding(peer.getContainerId())) {
            assertThat(ours()).isNotEmpty();
            String run = run();

            victim.kill();

            waiting(SOONER_THAN_THE_KERNEL)
                    .untilAsserted(() -> assertThat(ours()).isEmpty());
            waiting(SOONER_THAN_THE_KERNEL)
                    .untilAsserted(() -> assertThat(agents(run)).isEmpty());
        }
    }

    @Test
    void healsWhenTheJvmIsKilledAtAnyMoment() throws Exception {
        Random random = new Random(20261123);
        for (int round = 0; round < 8; round++) {
            try (VictimProcess victim = VictimProcess.inForce("loop", peer.getContainerId(), Map.of())) {
                LockSupport.parkNanos(random.nextLong(200_000_000));
                victim.kill();
            }
            waiting(SOONER_THAN_THE_KERNEL)
                    .untilAsserted(() -> assertThat(ours()).isEmpty());
        }
    }

    @Test
    void sweepsTheProxyOfAJvmThatWasKilled() throws Exception {
        try (Network network = Network.newNetwork();
                Peer target = new Peer().withNetwork(network)) {
            target.start();
            try (VictimProcess victim = VictimProcess.stalling(target.getContainerId())) {
                assertThat(proxiesOn(network)).hasSize(1);

                victim.kill();

                waiting(LEASE_AND_MARGIN).untilAsserted(() -> {
                    DockerRun.sweep(false); // as every run does that starts
                    assertThat(proxiesOn(network)).isEmpty();
                });
            }
        }
    }

    private static List<Container> proxiesOn(Network network) {
        return DockerClientFactory.lazyClient()
                .listContainersCmd()
                .withShowAll(true)
                .withNetworkFilter(List.of(network.getId()))
                .withLabelFilter(Map.of(Labels.ROLE, "stream"))
                .exec();
    }

    @Test
    void letsTheKernelEndWhatAnAgentLeavesThatIsKilledTogetherWithItsJvm() throws Exception {
        try (VictimProcess victim = VictimProcess.holding(peer.getContainerId())) {
            assertThat(answers()).isFalse();
            victim.signal("STOP"); // it must not come to the rescue

            killAgent();

            waiting(LEASE_AND_MARGIN).until(this::answers);
            victim.kill();
            DockerRun.sweep(false);
            assertThat(ours()).isEmpty();
        }
    }

    @Test
    void sweepsAtOnceWhatAKilledAgentLeaves() throws Exception {
        try (VictimProcess victim = VictimProcess.holding(peer.getContainerId())) {
            victim.signal("STOP");
            killAgent();
            DockerRun.sweep(false);

            // Another run that starts in between may have begun to sweep the same, and be at it still.
            waiting(NEW_AGENT).untilAsserted(() -> assertThat(ours()).isEmpty());
            assertThat(answers()).isTrue();
        }
    }

    @Test
    void healsWithANewAgentAtOnceWhenTheOldOneIsKilled() throws Exception {
        try (VictimProcess victim = VictimProcess.holding(peer.getContainerId())) {
            killAgent();

            waiting(NEW_AGENT).untilAsserted(() -> assertThat(ours()).isEmpty());
            assertThat(victim.isAlive()).isTrue();
        }
    }

    @Test
    void healsWithANewAgentWhenTheOldOneWasKilledAndSaysThatTheFaultEndedUnwatched() throws Exception {
        try (VictimProcess victim = VictimProcess.holding(peer.getContainerId())) {
            killAgent();

            assertThat(victim.close("heal")).contains("the agent died while it was open");
            assertThat(ours()).isEmpty();
        }
    }

    @Test
    void healsWhenTheJvmStandsStillForLongerThanTheLeaseAndSaysSo() throws Exception {
        try (VictimProcess victim = VictimProcess.holding(peer.getContainerId())) {
            victim.signal("STOP");

            waiting(LEASE_AND_MARGIN).untilAsserted(() -> assertThat(ours()).isEmpty());
            victim.signal("CONT");

            assertThat(victim.close("heal")).contains("the lease of 15 s was not renewed");
        }
    }

    @Test
    void leavesTheFaultsOfALiveRunAloneWhenAnotherOneStarts() throws Exception {
        try (VictimProcess victim = VictimProcess.holding(peer.getContainerId())) {
            DockerRun.sweep(false);

            assertThat(ours()).isNotEmpty();
            assertThat(victim.close("heal")).contains("had no effect");
            assertThat(ours()).isEmpty();
        }
    }

    private boolean answers() {
        try (Socket socket = peer.connectDirectly()) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** What of ours is in the target's namespace, and at its published port on the host. */
    private List<String> ours() {
        return Stream.concat(rules.ours().stream(), host.oursAt(List.of(peer)).stream())
                .toList();
    }

    private String run() {
        return runOf(rules.ours().get(0));
    }

    private static String runOf(String line) {
        return line.replaceAll(".*FAULTLINE-([0-9a-f]{8}).*", "$1");
    }

    private void killAgent() {
        List<Container> agents = agents(run());
        assertThat(agents).hasSize(1);
        DockerClientFactory.lazyClient()
                .killContainerCmd(agents.get(0).getId())
                .withSignal("KILL")
                .exec();
    }

    private static List<Container> agents(String run) {
        return DockerClientFactory.lazyClient()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.RUN, run))
                .exec();
    }

    private static ConditionFactory waiting(Duration limit) {
        return await().pollInSameThread().dontCatchUncaughtExceptions().atMost(limit);
    }
}
