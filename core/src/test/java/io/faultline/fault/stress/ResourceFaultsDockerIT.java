package io.faultline.fault.stress;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.agent.AgentException;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.fault.Fault;
import io.faultline.inject.ClashException;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.world.Line;
import io.faultline.world.OneProgram;
import io.faultline.world.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a container with little of everything can do while it has even less, and afterwards. */
class ResourceFaultsDockerIT {

    private static final long LIMIT = 64L << 20;

    private final Faultline faultline = Faultline.open();
    private final Worker worker = Worker.limited();

    @BeforeEach
    void start() {
        worker.start();
    }

    @AfterEach
    void close() {
        try (worker) {
            faultline.close();
        }
    }

    @Test
    @Tag("guest")
    void lacksCpuTimeAndWorksSlowerUntilHealed() throws Exception {
        try (Line line = worker.line()) {
            long before = Collections.min(percentsOfCpuTime(line));
            try (Injection injection =
                    faultline.inject(CpuStress.of(worker.target()).workers(5))) {
                long during = Collections.max(percentsOfCpuTime(line));
                assertThat(during).isGreaterThan(2 * before);
                assertThat(worker.strangers()).isNotEmpty();
                assertThat(injection.evidence().total(EvidenceUnit.BURNT)).isGreaterThan(100);

                injection.heal();

                assertThat(worker.strangers()).isEmpty();
                assertThat(Collections.min(percentsOfCpuTime(line))).isLessThan(during);
            }
        }
    }

    @Test
    @Tag("guest")
    void lacksMemoryUntilHealedAndIsNotKilled() throws Exception {
        try (Line line = worker.line()) {
            try (Injection injection =
                    faultline.inject(MemoryPressure.of(worker.target()).share(0.8))) {
                assertThat(used(line)).isGreaterThan(LIMIT * 7 / 10).isLessThan(LIMIT * 9 / 10);
                assertThat(injection.evidence().total(EvidenceUnit.PRESSED)).isGreaterThan(LIMIT / 3);
                injection.lift();
                assertThat(used(line)).isLessThan(LIMIT / 2);
                injection.restore();
                assertThat(used(line)).isGreaterThan(LIMIT * 7 / 10);
            }
            assertThat(used(line)).isLessThan(LIMIT / 2);
            assertThat(worker.getCurrentContainerInfo().getState().getOOMKilled())
                    .isFalse();
        }
    }

    @Test
    void isKilledForMemoryOnRequestWhichIsNoAccident() {
        Injection injection =
                faultline.inject(MemoryPressure.of(worker.target()).untilOomKill());
        await().atMost(ofSeconds(10)).until(() -> !worker.isRunning());
        assertThat(worker.getCurrentContainerInfo().getState().getExitCodeLong())
                .isEqualTo(137);
        injection.close();
        assertThat(injection.evidence().total(EvidenceUnit.KILLED)).isEqualTo(1);
    }

    @Test
    void cannotWriteToAFullDiskNorToWhatBecomesFreeUntilHealed() throws Exception {
        try (Line line = worker.line()) {
            assertThat(line.answer("write 1000000")).isEqualTo("done");
            try (Injection injection = faultline.inject(DiskFull.of(worker.target(), "/data"))) {
                assertThat(line.answer("write 0")).isEqualTo("done"); // which frees what the file had
                await().atMost(ofSeconds(5))
                        .untilAsserted(
                                () -> assertThat(line.answer("write 10000")).isEqualTo("ENOSPC"));
                await().atMost(ofSeconds(5))
                        .untilAsserted(
                                () -> assertThat(injection.evidence().total()).isGreaterThan(16_000_000));
            }
            assertThat(line.answer("write 10000000")).isEqualTo("done");
        }
    }

    @Test
    void canWriteWhatIsLeftOfADisk() throws Exception {
        faultline.inject(DiskFull.of(worker.target(), "/data").leaving(100_000));
        try (Line line = worker.line()) {
            assertThat(line.answer("write 50000")).isEqualTo("done");
            assertThat(line.answer("write 200000")).isEqualTo("ENOSPC");
        }
    }

    @Test
    void opensNothingMoreUntilHealed() throws Exception {
        long before = worker.mostDescriptors();
        try (Line line = worker.line()) {
            Injection injection = faultline.inject(
                    FileDescriptorExhaustion.of(worker.target()).leaving(2));
            assertThat(line.answer("open")).isEqualTo("done");
            assertThat(line.answer("open")).isEqualTo("done");
            assertThat(line.answer("open")).isEqualTo("EMFILE");
            assertThat(injection.evidence().total(EvidenceUnit.EXHAUSTED)).isEqualTo(1);
            injection.lift();
            assertThat(line.answer("open")).isEqualTo("done");
            injection.restore();
            injection.close();

            assertThat(line.answer("open")).isEqualTo("done");
            assertThat(worker.mostDescriptors()).isEqualTo(before);
        }
    }

    @Test
    void leavesNoDescriptorToWhatIsStartedMeanwhileEither() throws Exception {
        String opens = "import time\n"
                + "end = time.monotonic() + 5\n"
                + "while time.monotonic() < end:\n"
                + "    open('/dev/null').close()";
        Injection injection = faultline.inject(FileDescriptorExhaustion.of(worker.target()));
        assertThat(worker.execInContainer("python3", "-c", opens).getExitCode())
                .as("what it opens fails, or Docker's own start of it")
                .isNotZero();
        injection.close();
        assertThat(worker.execInContainer("python3", "-c", "open('/dev/null')").getExitCode())
                .isZero();
    }

    @Test
    void needsNothingInTheContainer() {
        try (OneProgram program = new OneProgram("192.0.2.1")) {
            program.start();
            for (Fault fault : new Fault[] {
                CpuStress.of(program.target()),
                FileDescriptorExhaustion.of(program.target()).leaving(1)
            }) {
                try (Injection injection = faultline.inject(fault)) {
                    assertThat(injection.evidence().tookEffect())
                            .as("%s", fault)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void isNoEvidenceWhenSomebodyEndsTheLoad() throws Exception {
        Injection injection = faultline.inject(MemoryPressure.of(worker.target()));
        for (long stranger : worker.strangers()) {
            new ProcessBuilder("kill", "-KILL", Long.toString(stranger)).start().waitFor();
        }
        assertThatThrownBy(injection::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContaining("the kernel ended the load");
    }

    @Test
    void isHealedInAnyOrderWithTheTargetGone() {
        Injection cpu = faultline.inject(CpuStress.of(worker.target()));
        Injection disk = faultline.inject(DiskFull.of(worker.target(), "/data"));
        Injection files = faultline.inject(FileDescriptorExhaustion.of(worker.target()));
        worker.getDockerClient().killContainerCmd(worker.getContainerId()).exec();

        for (Injection each : List.of(cpu, disk, files, files)) {
            each.allowNoEffect().heal(); // it ended early, of course
            assertThat(each.evidence().invalidated()).isPresent();
        }
    }

    @Test
    void refusesWhatWouldHarmTheHostWithACure() {
        assertThatThrownBy(() ->
                        faultline.inject(DiskFull.of(worker.target(), "/data").atMost(1_000_000)))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("more than the 1000000 that may be taken");
        assertThatThrownBy(() -> faultline.inject(DiskFull.of(worker.target(), "/nowhere")))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("No such file or directory");
        try (Worker unlimited = Worker.unlimited()) {
            unlimited.start();
            assertThatThrownBy(() -> faultline.inject(DiskFull.of(unlimited.target(), "/tmp")))
                    .isInstanceOf(AgentException.class)
                    .hasMessageContaining("withTmpFs");
            assertThatThrownBy(() -> faultline.inject(MemoryPressure.of(unlimited.target())))
                    .isInstanceOf(AgentException.class)
                    .hasMessageContaining("withMemory");
        }
    }

    @Test
    void refusesASecondOneOfItsKindAndTakesOneOfAnother() {
        faultline.inject(CpuStress.of(worker.target())).allowNoEffect();
        faultline.inject(MemoryPressure.of(worker.target())).allowNoEffect();
        assertThatThrownBy(() -> faultline.inject(CpuStress.of(worker.target()).workers(2)))
                .isInstanceOf(ClashException.class);
    }

    /** How long it takes for some work, of what it would take on a CPU of its own: several times, as others have their share. */
    private static List<Long> percentsOfCpuTime(Line line) throws IOException {
        List<Long> percents = new ArrayList<>();
        while (percents.size() < 3) {
            percents.add(Long.parseLong(line.answer("work")));
        }
        return percents;
    }

    private static long used(Line line) throws IOException {
        return Long.parseLong(line.answer("used"));
    }
}
