package io.faultline.fault.process;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import io.faultline.Faultline;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Still;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.testcontainers.DockerClientFactory;

/** Everything in this JVM uses the same daemon. */
@Isolated
class DaemonStallDockerIT {

    private final DockerClient docker = DockerClientFactory.lazyClient();

    @Test
    void silencesTheDaemonForItsTimeAndLeavesContainersAlone() throws Exception {
        try (Peer peer = new Peer();
                Faultline faultline = Faultline.open()) {
            peer.start();
            try (Line line = new Line(peer.connectDirectly());
                    Injection injection = faultline.inject(DaemonStall.of(peer.target(), ofSeconds(3)))) {
                long began = System.nanoTime();
                await().atMost(ofSeconds(1)).until(() -> !answersWithin(300));
                assertThat(line.echoes("still there")).isTrue();

                assertThat(answersWithin(5000)).isTrue();

                assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2800));
                assertThat(injection.heal().total(EvidenceUnit.SILENT)).isBetween(2900L, 3500L);
            }
        }
    }

    /** By the agent's named pipes. Where there are none, healing waits for the daemon. */
    @Test
    void isHealedBeforeItsTimeIsOver() throws Exception {
        try (Peer peer = new Peer();
                Faultline faultline = Faultline.open()) {
            peer.start();
            Injection injection = faultline.inject(DaemonStall.of(peer.target(), ofSeconds(10)));
            await().atMost(ofSeconds(2)).until(() -> !answersWithin(300));

            Evidence evidence = injection.heal();

            assertThat(evidence.total(EvidenceUnit.SILENT)).isBetween(200L, 5000L);
            assertThat(answersWithin(3000)).isTrue();
        }
    }

    @Test
    void leavesOtherFaultsInForce() throws Exception {
        try (Peer peer = new Peer();
                Faultline faultline = Faultline.open()) {
            peer.start();
            try (Line line = new Line(peer.connectDirectly())) {
                Injection both = faultline.inject(
                        CompositeFault.of(Partition.of(peer.target()), DaemonStall.of(peer.target(), ofSeconds(10))));
                assertThat(line.swallows("nobody hears this")).isTrue();
                assertThat(answersWithin(12_000)).isTrue();

                Evidence evidence = both.heal();

                assertThat(evidence.invalidated()).isEmpty();
                assertThat(evidence.total(EvidenceUnit.DROPPED)).isPositive();
                assertThat(evidence.total(EvidenceUnit.SILENT)).isGreaterThan(9_900);
            }
        }
    }

    @Test
    void letsTheDaemonGoOnIfTheAgentIsKilled() throws Exception {
        try (Peer peer = new Peer();
                Faultline faultline = Faultline.open()) {
            peer.start();
            Injection injection = faultline.inject(DaemonStall.of(peer.target(), ofSeconds(10)));
            await().atMost(ofSeconds(2)).until(() -> Still.tracerOf("dockerd").isPresent());

            new ProcessBuilder(
                            "kill",
                            "-KILL",
                            Still.tracerOf("dockerd").orElseThrow().toString())
                    .start()
                    .waitFor();

            assertThat(answersWithin(3000)).isTrue();
            assertThatThrownBy(injection::close)
                    .isInstanceOf(NoEffectError.class)
                    .hasMessageContaining("the agent died while it was open");
        }
    }

    private boolean answersWithin(long millis) throws InterruptedException, ExecutionException {
        CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> {
            docker.pingCmd().exec();
            return true;
        });
        try {
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        }
    }
}
