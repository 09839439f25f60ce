package io.faultline.scenario.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.agent.AgentException;
import io.faultline.docker.engine.EngineException;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.scenario.report.Results;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

    @Test
    void isTheWorstOfAllOutcomes() {
        assertThat(ExitCode.of(List.of(Results.held(), Results.held()))).isEqualTo(0);
        assertThat(ExitCode.of(List.of(Results.held(), Results.inconclusive()))).isEqualTo(3);
        assertThat(ExitCode.of(List.of(Results.inconclusive(), Results.broken(), Results.held())))
                .isEqualTo(1);
    }

    @Test
    void tellsAMachineThatCannotRunItFromADefect() {
        assertThat(ExitCode.of(new EngineException("no engine"))).isEqualTo(4);
        assertThat(ExitCode.of(new AgentException("no agent"))).isEqualTo(4);
        assertThat(ExitCode.of(new ImpossibleFaultException("no iptables"))).isEqualTo(4);
        assertThat(ExitCode.of(new IOException("no space left"))).isEqualTo(2);
        assertThat(ExitCode.of(new IllegalStateException("a bug"))).isEqualTo(70);
    }
}
