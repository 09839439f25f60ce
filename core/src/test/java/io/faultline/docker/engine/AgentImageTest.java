package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentImageTest {

    private static final int ELF = 0x464c457f;
    private static final int MACHINE = 18; // where e_machine is in an ELF header (elf(5))

    @ParameterizedTest
    @CsvSource({"x86_64, amd64, 62", "amd64, amd64, 62", "aarch64, arm64, 183", "arm64, arm64, 183"})
    void isMadeOfTheProgramForTheEnginesMachine(String machine, String architecture, short number) {
        AgentProgram program = AgentProgram.on(machine);

        ByteBuffer header = ByteBuffer.wrap(program.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(0)).isEqualTo(ELF);
        assertThat(header.getShort(MACHINE)).isEqualTo(number);
        assertThat(program.architecture()).isEqualTo(architecture);
        assertThat(program.digest()).as("written by dev/agent").isEqualTo(Sha256.of(program.bytes()));
    }

    /** dev/guest names the image, too, of the same files in the same order. */
    @Test
    void theOneWithIptablesIsBuiltOfTheSameProgram() {
        AgentProgram program = AgentProgram.on("x86_64");

        assertThat(AgentImage.withTools(program))
                .containsOnlyKeys("Dockerfile", "faultline-agent")
                .containsEntry("faultline-agent", program.bytes());
    }

    @Test
    void saysForWhichMachinesThereIsNone() {
        assertThatThrownBy(() -> AgentProgram.on("riscv64"))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "Faultline has no agent for this engine's architecture riscv64, only for aarch64 and x86_64.");
    }

    @Test
    void onlyTheProgramAloneNeedsNoFileToWriteTo() {
        assertThat(AgentImage.mayHaveIptables("faultline/agent:0a1b2c3d4e5f")).isFalse();
        assertThat(AgentImage.mayHaveIptables("faultline/agent-tools:0a1b2c3d4e5f"))
                .isTrue();
        assertThat(AgentImage.mayHaveIptables("registry.example/faultline/agent:1"))
                .isTrue();
    }
}
