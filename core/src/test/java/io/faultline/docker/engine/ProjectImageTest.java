package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectImageTest {

    private static final int ELF = 0x464c457f;
    private static final int MACHINE = 18; // where e_machine is in an ELF header (elf(5))

    /** dev/guest names the image, too, of the same files in the same order. */
    @ParameterizedTest
    @CsvSource({"x86_64, 62", "aarch64, 183"})
    void isMadeOfTheProgramForTheEnginesMachine(String architecture, short machine) {
        assertThat(ProjectImage.agent(architecture)).containsOnlyKeys("Dockerfile", "faultline-agent");

        byte[] program = Objects.requireNonNull(ProjectImage.agent(architecture).get("faultline-agent"));
        ByteBuffer header = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(0)).isEqualTo(ELF);
        assertThat(header.getShort(MACHINE)).isEqualTo(machine);
    }

    @Test
    void saysForWhichMachinesThereIsNone() {
        assertThatThrownBy(() -> ProjectImage.agent("riscv64"))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "Faultline has no agent for this engine's architecture riscv64, only for aarch64 and x86_64.");
    }
}
