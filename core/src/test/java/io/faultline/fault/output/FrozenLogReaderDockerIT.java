package io.faultline.fault.output;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.process.Kill;
import io.faultline.inject.Injection;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.world.LoggingContainer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.output.OutputFrame.OutputType;

class FrozenLogReaderDockerIT {

    private final Faultline faultline = Faultline.open();
    private final LoggingContainer chatter = LoggingContainer.onStdout();

    @BeforeEach
    void start() {
        chatter.start();
    }

    @AfterEach
    void close() {
        try (chatter) {
            faultline.close();
        }
    }

    @Test
    void blocksTheWriterAndLosesNoLine() throws Exception {
        try (Injection injection = faultline.inject(FrozenLogReader.of(chatter.target()))) {
            await().atMost(ofSeconds(5)).until(() -> !chatter.writes());
            assertThat(injection.evidence().total(EvidenceUnit.BLOCKED)).isEqualTo(1);

            injection.lift();
            await().atMost(ofSeconds(5)).until(chatter::writes);
            injection.restore();
            await().atMost(ofSeconds(5)).until(() -> !chatter.writes());
        }
        assertThat(chatter.writes()).isTrue();
        long written = chatter.lines();
        await().atMost(ofSeconds(20))
                .until(() -> chatter.getLogs(OutputType.STDOUT).contains("line " + written));
        List<String> log = chatter.getLogs(OutputType.STDOUT).lines().toList();
        assertThat(log.stream().filter(line -> line.startsWith("line ")))
                .startsWith(IntStream.range(0, Math.toIntExact(written))
                        .mapToObj(number -> "line " + number)
                        .toArray(String[]::new));
        assertThat(log.stream().filter(line -> !line.startsWith("line ")))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("faultline: this line only fills the pipe"));
    }

    @Test
    void seesTheWriterOfAnotherUser() throws Exception {
        try (LoggingContainer other = LoggingContainer.onStdout().asAnotherUser()) {
            other.start();
            try (Injection injection = faultline.inject(FrozenLogReader.of(other.target()))) {
                await().atMost(ofSeconds(5)).until(() -> !other.writes());
                assertThat(injection.evidence().total(EvidenceUnit.BLOCKED)).isEqualTo(1);
            }
        }
    }

    @Test
    void isInForceTogetherWithOthersButNobodyAsksDockerLater() throws Exception {
        Target target = chatter.target();
        try (Injection both = faultline.inject(CompositeFault.of(Partition.of(target), FrozenLogReader.of(target)))) {
            assertThat(both.evidence().total(EvidenceUnit.BLOCKED)).isEqualTo(1);
            assertThatThrownBy(() -> faultline.inject(Partition.of(target)))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("Docker may answer nothing about it")
                    .hasMessageContaining("Inject both as one (Together)");
            assertThatThrownBy(() -> faultline.terminate(target).within(ofSeconds(5)))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("BlockedStdout, which leaves Docker alone");
            both.allowNoEffect(); // of the partition
        }
        assertThat(chatter.writes()).isTrue();
    }

    @Test
    void clashesWithWhateverNeedsDocker() {
        Target target = chatter.target();

        assertThatThrownBy(
                        () -> faultline.inject(CompositeFault.of(FrozenLogReader.of(target), BlockedStdout.of(target))))
                .hasMessageContaining("FrozenLogReader");
        assertThatThrownBy(() -> faultline.inject(CompositeFault.of(FrozenLogReader.of(target), Kill.of(target))))
                .hasMessageContaining("FrozenLogReader");
    }
}
