package io.faultline.scenario.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What probes refuse to be made of. */
class ProbeFieldsTest {

    @Test
    void aRoleIsNeeded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TcpProbe(" ", 80))
                .withMessageContaining("a role");
    }

    @Test
    void aCommandIsNeeded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CommandProbe("client", List.of(), 0, Optional.empty()))
                .withMessageContaining("[redis-cli, ping]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CommandProbe("client", List.of("true"), 256, Optional.empty()))
                .withMessageContaining("256");
        assertThat(CommandProbe.shell("client", "a | b").command()).containsExactly("sh", "-c", "a | b");
    }

    @Test
    void aFileHasAnAbsolutePathAndTextOnOneLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FileProbe("client", "data", Optional.empty()))
                .withMessageContaining("absolute path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FileProbe("client", "/data", Optional.of("a\nb")))
                .withMessageContaining("one line");
    }

    @Test
    void aRegularExpressionIsOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogProbe.matches("client", "lost: ("))
                .withMessageContaining("Correct the regular expression");
    }

    @Test
    void aDriverThatIsMissingIsNoAnswerOfTheDatabase() {
        SqlProbe probe = new SqlProbe("client", SqlProbe.Kind.MYSQL, 3306, "shop", "user", "", "SELECT 1");
        try (Listener silent = Listener.silent()) {
            assertThatExceptionOfType(ProbeException.class)
                    .isThrownBy(() -> probe.look(silent, Duration.ofSeconds(1)))
                    .withMessageContaining("Add the dependency com.mysql:mysql-connector-j");
        }
    }
}
