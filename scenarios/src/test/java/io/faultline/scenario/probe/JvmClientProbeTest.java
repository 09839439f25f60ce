package io.faultline.scenario.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.scenario.JvmClient;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.UnboundRoleException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ContainerState;

class JvmClientProbeTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);

    private record NoContainers(Optional<JvmClient> clientInThisJvm) implements RunningSystem {

        @Override
        public List<String> roles() {
            return List.of();
        }

        @Override
        public ContainerState container(String role) {
            throw new UnboundRoleException(role);
        }

        @Override
        public void close() {
            clientInThisJvm.ifPresent(JvmClient::close);
        }
    }

    private static RunningSystem with(JvmClient.Work work) {
        return new NoContainers(Optional.of(JvmClient.of(() -> false, work)));
    }

    private static boolean sees(JvmClientProbe probe, RunningSystem system) throws InterruptedException {
        return probe.look(system, LONG).ok();
    }

    @Test
    void seesWorkThatIsDone() throws InterruptedException {
        RunningSystem system = with(() -> {});

        assertThat(sees(JvmClientProbe.WORKS, system)).isTrue();
        assertThat(sees(JvmClientProbe.ANSWERS, system)).isTrue();
        assertThat(sees(JvmClientProbe.FAILS, system)).isFalse();
    }

    @Test
    void seesWorkThatFailsAndWhy() throws InterruptedException {
        RunningSystem system = with(() -> {
            throw new IOException("nobody there");
        });

        assertThat(sees(JvmClientProbe.WORKS, system)).isFalse();
        assertThat(sees(JvmClientProbe.ANSWERS, system)).isTrue();
        assertThat(JvmClientProbe.FAILS.look(system, LONG)).satisfies(seen -> {
            assertThat(seen.ok()).isTrue();
            assertThat(seen.detail()).startsWith("failed after ").endsWith("IOException: nobody there");
        });
    }

    @Test
    void takesSilenceForNothingGoodAndInterruptsNobody() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        RunningSystem system = with(() -> {
            release.await(); // throws if it is interrupted
            done.incrementAndGet();
        });

        for (JvmClientProbe probe : List.of(JvmClientProbe.WORKS, JvmClientProbe.FAILS, JvmClientProbe.ANSWERS)) {
            assertThat(probe.look(system, SHORT)).satisfies(seen -> {
                assertThat(seen.ok()).isFalse();
                assertThat(seen.detail()).isEqualTo("no answer within 100 ms");
            });
        }
        release.countDown();

        assertThat(sees(JvmClientProbe.WORKS, system)).isTrue();
        assertThat(done)
                .as("the first, which hung, and the last; those between never began")
                .hasValue(2);
    }

    @Test
    void asksForHealth() throws InterruptedException {
        assertThat(sees(JvmClientProbe.IS_HEALTHY, with(() -> {}))).isFalse();
    }

    @Test
    void cannotTellWhereThereIsNoClient() {
        assertThatThrownBy(() -> JvmClientProbe.WORKS.look(new NoContainers(Optional.empty()), LONG))
                .isInstanceOf(ProbeException.class)
                .hasMessageContaining("ResilienceContract");
    }
}
