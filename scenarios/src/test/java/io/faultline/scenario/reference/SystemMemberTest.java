package io.faultline.scenario.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SystemMemberTest {

    @Test
    void takesNoDefectOrSeveralOfThoseThatItsProgramKnows() {
        assertThat(part("client", Program.PYTHON_SERVICE, "", false).naive()).isEmpty();
        assertThat(part("client", Program.PYTHON_SERVICE, " timeout  sigterm ", false)
                        .naive())
                .contains("timeout");
    }

    @Test
    void refusesADefectThatItsProgramDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> part("client", Program.PYTHON_WORKER, "timeout timeuot", false))
                .withMessageContaining("\"python-worker\" in the role \"client\" knows no defect [timeuot]")
                .withMessageContaining("it knows: [logging, sigterm, timeout]");
    }

    @Test
    void refusesARoleThatIsNoNameOfAHost() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> part("The Client", Program.PYTHON_SERVICE, "", false))
                .withMessageContaining("\"The Client\" cannot be a role");
    }

    @Test
    void refusesAProxyBeforeAClient() {
        assertThat(part("dependency", Program.REDIS, "", true).proxied()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> part("client", Program.PYTHON_SERVICE, "", true))
                .withMessageContaining("is a client, which nobody reaches through a proxy");
    }

    private static SystemMember part(String role, Program program, String naive, boolean proxied) {
        return new SystemMember(role, program, naive, Map.of(), proxied);
    }
}
