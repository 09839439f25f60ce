package io.faultline.scenario.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import io.faultline.world.Freezer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** Each kind of probe on a container, when all is well, when it is not, and when the container is frozen. */
class ProbesDockerIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(500);

    private final DockerClient client = DockerClientFactory.instance().client();
    private String id = "";
    private RunningSystem system = new OneContainer("");

    @BeforeEach
    void start() {
        id = OneContainer.start(client);
        system = new OneContainer(id);
    }

    @AfterEach
    void remove() {
        client.removeContainerCmd(id).withForce(true).exec();
    }

    private Observation look(Probe probe) throws InterruptedException {
        return probe.look(system, LONG);
    }

    private boolean isOk(Probe probe) throws InterruptedException {
        return look(probe).ok();
    }

    private void write(String line) throws InterruptedException {
        assertThat(look(CommandProbe.shell("client", "echo '" + line + "' >/proc/1/fd/1"))
                        .detail())
                .startsWith("exit code 0");
    }

    @Test
    void aCommandEndsWithItsCodeAndWritesItsText() throws InterruptedException {
        assertThat(isOk(CommandProbe.shell("client", "true"))).isTrue();
        assertThat(look(CommandProbe.shell("client", "echo why; exit 3")).detail())
                .matches("exit code 3 after .*: why");
        assertThat(isOk(new CommandProbe("client", List.of("sh", "-c", "exit 3"), 3, Optional.empty())))
                .isTrue();
        assertThat(look(new CommandProbe("client", List.of("echo", "down"), 0, Optional.of("up")))
                        .detail())
                .contains("\"up\" is not in what it wrote, \"down\"");
    }

    @Test
    void aCommandThatTheImageLacksIsNoAnswer() {
        assertThatExceptionOfType(ProbeException.class)
                .isThrownBy(() -> look(new CommandProbe("client", List.of("no-such-program"), 0, Optional.empty())))
                .withMessageContaining("Use a program that its image has");
        assertThatExceptionOfType(ProbeException.class)
                .isThrownBy(() -> look(CommandProbe.shell("client", "no-such-program")));
    }

    @Test
    void aFileIsThereAndContainsItsText() throws InterruptedException {
        assertThat(isOk(new FileProbe("client", "/etc/hostname", Optional.empty())))
                .isTrue();
        assertThat(isOk(new FileProbe("client", "/etc", Optional.empty()))).isTrue();
        assertThat(look(new FileProbe("client", "/data/done", Optional.empty())).detail())
                .startsWith("/data/done is not there");
        assertThat(isOk(CommandProbe.shell("client", "mkdir /data; echo 'all -done' >/data/done")))
                .isTrue();
        assertThat(isOk(new FileProbe("client", "/data/done", Optional.of("-done"))))
                .isTrue();
        assertThat(look(new FileProbe("client", "/data/done", Optional.of("lost")))
                        .detail())
                .startsWith("/data/done does not contain \"lost\"");
    }

    @Test
    void onlyLinesAfterArmingCount() throws InterruptedException {
        LogProbe probe = LogProbe.contains("client", "connected");
        assertThat(isOk(probe)).isFalse();
        write("connected 1");
        assertThat(isOk(probe)).isTrue();

        Probe armed = probe.armed(system);
        assertThat(isOk(armed)).isFalse();
        write("lost");
        assertThat(isOk(armed)).isFalse();
        write("connected 2");
        assertThat(look(armed).detail()).contains("\"connected\" was written", "\"connected 2\"");
        assertThat(isOk(LogProbe.matches("client", "^connected [0-9]$"))).isTrue();
        assertThat(isOk(LogProbe.matches("client", "^connected [3-9]"))).isFalse();
    }

    @Test
    void aContainerRunsOrHasEnded() throws InterruptedException {
        assertThat(isOk(ExitCodeProbe.running("client"))).isTrue();
        assertThat(isOk(ExitCodeProbe.ended("client", 137))).isFalse();

        client.killContainerCmd(id).exec();
        client.waitContainerCmd(id).start().awaitStatusCode();

        assertThat(look(ExitCodeProbe.running("client")).detail()).startsWith("ended with exit code 137");
        assertThat(isOk(ExitCodeProbe.ended("client", 137))).isTrue();
        assertThat(isOk(ExitCodeProbe.ended("client", 0))).isFalse();
        assertThat(look(CommandProbe.shell("client", "true")).detail())
                .startsWith("the container is paused, or does not run");
    }

    @Test
    void portsAnswerOrRefuse() throws InterruptedException {
        await().atMost(LONG).until(() -> isOk(new TcpProbe("client", 6379))); // the server in it starts
        assertThat(look(new TcpProbe("client", 6379)).detail()).startsWith("connected after");
        assertThat(look(new TcpProbe("client", 81)).detail()).startsWith("connection refused after");
        assertThat(isOk(new RedisProbe("client", 6379))).isTrue();
        assertThat(look(new RedisProbe("client", 81)).ok()).isFalse();
        assertThat(isOk(HttpProbe.get("client", 6379, "/"))).isFalse();
    }

    @Test
    void everyLookEndsInTimeAtAContainerThatStandsStill() throws InterruptedException {
        Probe log = LogProbe.contains("client", "never").armed(system);
        Freezer.pause(client, id);

        List<Probe> probes = List.of(
                HttpProbe.get("client", 6379, "/"),
                new RedisProbe("client", 6379),
                CommandProbe.shell("client", "true"),
                new FileProbe("client", "/etc", Optional.empty()),
                ExitCodeProbe.running("client"),
                log);
        for (Probe probe : probes) {
            Observation seen = probe.look(system, SHORT);
            assertThat(seen.ok()).as(probe + ": " + seen).isFalse();
            assertThat(seen.took()).as(probe.toString()).isLessThan(LONG);
        }
        assertThat(new RedisProbe("client", 6379).look(system, SHORT).detail()).isEqualTo("no answer within 500 ms");
    }

    @Test
    void aCommandThatHangsEndsInTime() throws InterruptedException {
        assertThat(CommandProbe.shell("client", "sleep 3").look(system, SHORT).detail())
                .isEqualTo("no answer within 500 ms");
    }

    @Test
    void aContainerThatIsGoneIsSeen() throws InterruptedException {
        RunningSystem gone = new OneContainer("0123456789ab");

        for (Probe probe : List.of(
                ExitCodeProbe.running("client"),
                CommandProbe.shell("client", "true"),
                LogProbe.contains("client", "x"),
                new TcpProbe("client", 80),
                HttpProbe.get("client", 80, "/"))) {
            assertThat(probe.look(gone, LONG).detail())
                    .as(probe.toString())
                    .startsWith("the container is not there any more");
        }
        assertThatExceptionOfType(ProbeException.class)
                .isThrownBy(() -> LogProbe.contains("client", "x").armed(gone))
                .withMessageContaining("Cannot read the log");
    }
}
