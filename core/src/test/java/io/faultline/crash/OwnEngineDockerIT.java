package io.faultline.crash;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.docker.DockerRun;
import io.faultline.world.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A second Docker engine on the same kernel. Its daemon goes away under an open fault, while its containers, and so the
 * target and the agent, go on; or the other engine's runs meet its faults.
 */
class OwnEngineDockerIT {

    private OwnEngine engine;
    private String target;
    private String pid;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root to start a Docker engine of its own");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/dockerd")) || Files.isExecutable(Path.of("/usr/bin/dockerd")),
                "needs dockerd to start a Docker engine of its own");
        engine = new OwnEngine(Peer.image(), agentImage());
        target = engine.docker("run", "-d", "--init", "-p", "7000", Peer.image());
        pid = engine.docker("inspect", "-f", "{{.State.Pid}}", target);
    }

    @AfterEach
    void stop() throws Exception {
        if (engine != null) {
            engine.remove();
        }
    }

    @Test
    void healsWhenTheDaemonIsRestarted() throws Exception {
        try (VictimProcess victim = victim()) {
            assertThat(rules()).isNotEmpty();

            engine.restart();

            assertHealedAndTold(victim);
        }
    }

    @Test
    void healsWhenTheDaemonIsKilled() throws Exception {
        try (VictimProcess victim = victim()) {
            assertThat(rules()).isNotEmpty();

            engine.kill();

            waiting().untilAsserted(() -> assertThat(rules()).isEmpty());
            engine.startAgain();
            assertHealedAndTold(victim);
        }
    }

    @Test
    void isSparedByARunOnAnotherEngineOfTheSameKernel() throws Exception {
        try (VictimProcess victim = victim()) {
            List<String> before = rules();

            DockerRun.sweep(false); // on the machine's engine, which does not know the other one's agents

            assertThat(rules()).isNotEmpty().isEqualTo(before);
            assertThat(victim.close("heal")).contains("had no effect");
        }
    }

    private void assertHealedAndTold(VictimProcess victim) throws IOException, InterruptedException {
        waiting().untilAsserted(() -> assertThat(rules()).isEmpty());
        assertThat(victim.close("heal")).containsAnyOf("the agent died while it was open", "it ended early");
        assertThat(rules()).isEmpty();
        waiting()
                .untilAsserted(() -> assertThat(engine.docker("ps", "-aq", "--filter", "label=io.faultline.role=agent"))
                        .isEmpty());
    }

    private VictimProcess victim() throws IOException {
        return VictimProcess.inForce("hold", target, Map.of("DOCKER_HOST", engine.host()));
    }

    /** Ours in the target's namespace, and where docker-proxy serves it. */
    private List<String> rules() throws IOException, InterruptedException {
        String inside = OwnEngine.run(List.of("nsenter", "-t", pid, "-n", "nft", "list", "tables"), Map.of());
        String host = OwnEngine.run(engine.inside("nft", "list", "tables"), Map.of());
        return Stream.concat(inside.lines(), host.lines())
                .filter(line -> line.contains("FAULTLINE"))
                .toList();
    }

    private static String agentImage() {
        try (DockerRun run = DockerRun.open()) {
            run.agent();
            return run.engine()
                    .client()
                    .listContainersCmd()
                    .withLabelFilter(Map.of("io.faultline.run", run.id()))
                    .exec()
                    .get(0)
                    .getImage();
        }
    }

    private static ConditionFactory waiting() {
        return await().pollInSameThread().dontCatchUncaughtExceptions().atMost(ofSeconds(40));
    }
}
