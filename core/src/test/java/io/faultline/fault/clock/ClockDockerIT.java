package io.faultline.fault.clock;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import io.faultline.Faultline;
import io.faultline.agent.AgentException;
import io.faultline.docker.DockerRun;
import io.faultline.docker.FakeClock;
import io.faultline.docker.engine.Labels;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.inject.ClashException;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.world.ClockContainer;
import io.faultline.world.ClockContainer.Told;
import io.faultline.world.OneProgram;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class ClockDockerIT {

    private static final ClockContainer TIMEPIECE = FakeClock.in(new ClockContainer());
    private static final Offset<Double> A_LITTLE = within(0.5); // between its answer and our look at our own clock

    private final DockerRun run = DockerRun.open();
    private final Faultline faultline = Faultline.in(run);

    @BeforeAll
    static void start() {
        TIMEPIECE.start();
    }

    @AfterAll
    static void stop() {
        TIMEPIECE.stop();
    }

    @AfterEach
    void close() {
        try (run) {
            faultline.close();
        }
    }

    @Test
    void isWrongInTheContainerAloneUntilItIsHealed() throws Exception {
        Told before = TIMEPIECE.tell();
        assertThat(before.aheadSeconds()).isCloseTo(0, A_LITTLE);
        try (Injection injection =
                faultline.inject(ClockSkew.of(TIMEPIECE.target()).by(ofHours(1)))) {
            Told wrong = TIMEPIECE.tell();
            assertThat(wrong.aheadSeconds()).isCloseTo(3600, A_LITTLE);
            assertThat((wrong.monotonicNanos() - before.monotonicNanos()) / 1e9).isBetween(0.0, 60.0);
            assertThat(injection.evidence().total(EvidenceUnit.MISLED)).isEqualTo(1);
            double outsiders = Double.parseDouble(
                    TIMEPIECE.execInContainer("date", "+%s.%N").getStdout().strip());
            assertThat(outsiders - System.currentTimeMillis() / 1e3).isCloseTo(3600, within(5.0));
            assertThat(injection.evidence().total(EvidenceUnit.MISLED)).isGreaterThan(1);
        }
        assertThat(TIMEPIECE.tell().aheadSeconds()).isCloseTo(0, A_LITTLE);
    }

    @Test
    void goesBackwardsToo() {
        try (Injection injection =
                faultline.inject(ClockSkew.of(TIMEPIECE.target()).by(ofMinutes(-5)))) {
            assertThat(TIMEPIECE.tell().aheadSeconds()).isCloseTo(-300, A_LITTLE);
            injection.lift();
            assertThat(TIMEPIECE.tell().aheadSeconds()).isCloseTo(0, A_LITTLE);
            injection.restore();
            assertThat(TIMEPIECE.tell().aheadSeconds()).isCloseTo(-300, A_LITTLE);
        }
    }

    @Test
    void canBeWhatAClientIsExpectedToCopeWith() {
        faultline
                .during(ClockSkew.of(TIMEPIECE.target()).by(ofHours(-24 * 365 * 80)))
                .client(TIMEPIECE.target())
                .expect("its clock is before 1970", () -> TIMEPIECE.tell().dayNanos() < 0)
                .within(ofSeconds(10))
                .afterHealing("its clock is right", () -> TIMEPIECE.tell().aheadSeconds() > -1)
                .within(ofSeconds(10));
    }

    @Test
    void runsTooSlowOrTooFastAndIsRightAgainAfterwards() throws Exception {
        try (Injection slow = faultline.inject(ClockDrift.of(TIMEPIECE.target()).slowBy(0.01))) {
            assertThat(rate()).isCloseTo(0.99, within(0.0005));
            assertThat(slow.evidence().total(EvidenceUnit.MISLED)).isBetween(2L, 9L); // a few more on a busy machine
        }
        assertThat(rate()).isCloseTo(1, within(0.0005));
        try (Injection fast = faultline.inject(ClockDrift.of(TIMEPIECE.target()).fastBy(1))) {
            assertThat(rate()).isCloseTo(2, within(0.001));
            assertThat(fast.evidence().tookEffect()).isTrue();
        }
        assertThat(TIMEPIECE.tell().aheadSeconds()).isCloseTo(0, A_LITTLE);
    }

    private static double rate() throws InterruptedException {
        Told first = TIMEPIECE.tell();
        TimeUnit.SECONDS.sleep(1);
        return TIMEPIECE.tell().rateSince(first);
    }

    @Test
    void isNotGreenIfNobodyReadsTheClock() {
        Injection injection = faultline.inject(ClockSkew.of(TIMEPIECE.target()).by(ofSeconds(1)));
        assertThatThrownBy(injection::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContaining("0 readings of a wrong clock");
    }

    @Test
    void refusesAContainerThatWasNotPreparedOrIsStaticAndASecondErrorOfOneClock() {
        try (ClockContainer unprepared = new ClockContainer();
                OneProgram program = FakeClock.in(new OneProgram("127.0.0.1"))
                        .withCommand("/busybox", "sleep", "600")
                        .withCreateContainerCmdModifier(
                                cmd -> cmd.getHostConfig().withReadonlyRootfs(false))) {
            unprepared.start();
            program.start();
            assertThatThrownBy(() ->
                            faultline.inject(ClockSkew.of(unprepared.target()).by(ofSeconds(1))))
                    .isInstanceOf(AgentException.class)
                    .hasMessageContaining("prepared with FakeClock.in");
            assertThatThrownBy(() ->
                            faultline.inject(ClockSkew.of(program.target()).by(ofSeconds(1))))
                    .isInstanceOf(AgentException.class)
                    .hasMessageContaining("is its program linked dynamically?");
            assertThatThrownBy(() -> FakeClock.in(unprepared)).hasMessageContaining("before start()");
        }
        try (Injection injection =
                faultline.inject(ClockSkew.of(TIMEPIECE.target()).by(ofSeconds(1)))) {
            assertThatThrownBy(() ->
                            faultline.inject(ClockDrift.of(TIMEPIECE.target()).slowBy(0.1)))
                    .isInstanceOf(ClashException.class);
            TIMEPIECE.tell();
            assertThat(injection.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void isRightByItselfSoonAfterTheAgentWasKilledAndStaysWrongForAsLongAsOneLives() throws Exception {
        Injection injection = faultline.inject(ClockSkew.of(TIMEPIECE.target()).by(ofHours(1)));
        TimeUnit.SECONDS.sleep(17); // longer than it stays wrong without an agent
        assertThat(TIMEPIECE.tell().aheadSeconds()).isCloseTo(3600, A_LITTLE);
        assertThat(injection.evidence().tookEffect()).isTrue();
        DockerClient docker = DockerClientFactory.lazyClient();
        docker.listContainersCmd().withLabelFilter(Map.of(Labels.RUN, run.id())).exec().stream()
                .map(Container::getId)
                .forEach(agent -> docker.killContainerCmd(agent).exec());
        await().atMost(ofSeconds(16)).until(() -> TIMEPIECE.tell().aheadSeconds() < 1);
        injection.allowNoEffect().heal(); // it ended early, of course
        assertThat(injection.evidence().tookEffect()).isFalse();
    }
}
