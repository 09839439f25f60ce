package io.faultline.fault.output;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.LogConfig.LoggingType;
import io.faultline.Faultline;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.ClashException;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.world.LoggingContainer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.output.OutputFrame.OutputType;

class BlockedStdoutDockerIT {

    private final Faultline faultline = Faultline.open();

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    void letsTheVeryNextLineWaitAndLosesNone() throws Exception {
        try (LoggingContainer chatter = LoggingContainer.onStdout()) {
            chatter.start();
            assertThat(chatter.writes()).isTrue();

            try (Injection injection = faultline.inject(BlockedStdout.of(chatter.target()))) {
                long written = chatter.lines();
                assertThat(chatter.writes()).isFalse();
                assertThat(chatter.lines()).isEqualTo(written);
                assertThat(chatter.execInContainer("true").getExitCode()).isZero();
                assertThat(chatter.getCurrentContainerInfo().getState().getRunning())
                        .isTrue();
                assertThat(injection.evidence().total(EvidenceUnit.BLOCKED)).isEqualTo(1);
            }

            assertThat(chatter.writes()).isTrue();
            long written = chatter.lines();
            await().atMost(ofSeconds(10))
                    .until(() -> chatter.getLogs(OutputType.STDOUT).contains("line " + written));
            List<String> log = chatter.getLogs(OutputType.STDOUT).lines().toList();
            assertThat(log.stream().filter(line -> line.startsWith("line ")))
                    .startsWith(IntStream.range(0, Math.toIntExact(written))
                            .mapToObj(number -> "line " + number)
                            .toArray(String[]::new));
            assertThat(log.stream().filter(line -> !line.startsWith("line ")))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("faultline: this line only fills the pipe"));
            assertThat(faultline.journal().events())
                    .anySatisfy(event -> assertThat(event.text()).contains("bytes of filler are in the log"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void seesTheWritersOfAnotherUser(boolean terminal) throws Exception {
        try (LoggingContainer chatter = LoggingContainer.onStdout().asAnotherUser()) {
            chatter.withCreateContainerCmdModifier(cmd -> cmd.withTty(terminal)).start();
            try (Injection injection = faultline.inject(BlockedStdout.of(chatter.target()))) {
                await().atMost(ofSeconds(5)).until(() -> !chatter.writes());
                assertThat(injection.evidence().total(EvidenceUnit.BLOCKED)).isEqualTo(1);
            }
            assertThat(chatter.writes()).isTrue();
        }
    }

    @Test
    @Tag("guest")
    void isJudgedByItselfAndComesAndGoes() throws Exception {
        try (LoggingContainer chatter = LoggingContainer.onStdout()) {
            chatter.start();
            try (Injection injection = faultline.inject(BlockedStdout.of(chatter.target()))) {
                await().atMost(ofSeconds(5)).until(() -> !chatter.writes());
                injection.lift();
                await().atMost(ofSeconds(5)).until(chatter::writes);
                injection.restore();
                await().atMost(ofSeconds(5)).until(() -> !chatter.writes());
            } // would throw if nobody had been blocked
            assertThat(chatter.writes()).isTrue();
        }
    }

    @Test
    void blocksStandardErrorAlone() throws Exception {
        try (LoggingContainer err = LoggingContainer.onStderr();
                LoggingContainer out = LoggingContainer.onStdout()) {
            err.start();
            out.start();
            faultline.inject(BlockedStdout.of(err.target()).stderrOnly());
            faultline.inject(BlockedStdout.of(out.target()).stderrOnly()).allowNoEffect();

            await().atMost(ofSeconds(5)).until(() -> !err.writes());
            assertThat(out.writes()).isTrue();
            faultline.close();
            assertThat(err.writes()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "LOCAL", "JSON_FILE"})
    void doesNotDependOnTheLogDriver(LoggingType driver) throws Exception {
        try (LoggingContainer chatter = logging(new LogConfig(driver))) {
            chatter.start();
            try (Injection injection = faultline.inject(BlockedStdout.of(chatter.target()))) {
                await().atMost(ofSeconds(5)).until(() -> !chatter.writes());
                assertThat(injection.evidence().tookEffect()).isTrue();
            }
            assertThat(chatter.writes()).isTrue();
        }
    }

    @Test
    void saysOfAContainerThatWritesNothingThatItNeverBit() {
        try (LoggingContainer chatter = LoggingContainer.silent()) {
            chatter.start();
            Injection injection = faultline.inject(BlockedStdout.of(chatter.target()));
            assertThatThrownBy(injection::close)
                    .isInstanceOf(NoEffectError.class)
                    .hasMessageContainingAll("0 writers blocked", "write nothing meanwhile");
        }
    }

    @Test
    void blocksATerminalToo() throws Exception {
        try (LoggingContainer chatter =
                LoggingContainer.onStdout().withCreateContainerCmdModifier(cmd -> cmd.withTty(true))) {
            chatter.start();
            try (Injection injection = faultline.inject(BlockedStdout.of(chatter.target()))) {
                await().atMost(ofSeconds(5)).until(() -> !chatter.writes());
                assertThat(injection.evidence().total(EvidenceUnit.BLOCKED)).isEqualTo(1);
            }
            assertThat(chatter.writes()).isTrue();
        }
    }

    @Test
    void refusesWhatDropsLinesAndWhatDockerDoesNotRead() {
        try (LoggingContainer chatter = logging(new LogConfig(LoggingType.JSON_FILE, Map.of("mode", "non-blocking")));
                LoggingContainer elsewhere = LoggingContainer.intoAFile()) {
            chatter.start();
            elsewhere.start();
            assertThatThrownBy(() -> faultline.inject(BlockedStdout.of(chatter.target())))
                    .isInstanceOf(ImpossibleFaultException.class)
                    .hasMessageContaining("mode=non-blocking");
            assertThatThrownBy(() -> faultline.inject(BlockedStdout.of(elsewhere.target())))
                    .hasMessageContainingAll("is neither pipe nor terminal, but /tmp/log", "redirects its output");
        }
    }

    @Test
    void refusesASecondOneOfTheSameStream() {
        try (LoggingContainer chatter = LoggingContainer.onStdout()) {
            chatter.start();
            faultline.inject(BlockedStdout.of(chatter.target())).allowNoEffect();
            assertThatThrownBy(() ->
                            faultline.inject(BlockedStdout.of(chatter.target()).andStderr()))
                    .isInstanceOf(ClashException.class);
        }
    }

    @Test
    void tellsThatTheTargetDiedUnderIt() {
        try (LoggingContainer chatter = LoggingContainer.onStdout()) {
            chatter.start();
            Injection injection = faultline.inject(BlockedStdout.of(chatter.target()));
            await().atMost(ofSeconds(5)).until(() -> injection.evidence().total() > 0);
            DockerClientFactory.lazyClient()
                    .killContainerCmd(chatter.getContainerId())
                    .exec();

            await().atMost(ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(injection.evidence().invalidated()).isPresent());
            assertThat(injection.allowNoEffect().heal().total())
                    .as("was seen before it died")
                    .isEqualTo(1);
        }
    }

    private static LoggingContainer logging(LogConfig config) {
        return LoggingContainer.onStdout()
                .withCreateContainerCmdModifier(cmd -> cmd.getHostConfig().withLogConfig(config));
    }
}
