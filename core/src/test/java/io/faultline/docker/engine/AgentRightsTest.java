package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AgentRightsTest {

    private static final Path SECURITY = Path.of("..", "SECURITY.md");
    private static final Pattern TABLE = Pattern.compile("(?m)^(\\|[-|]+\\|\n)(\\|.*\n)*");

    @Test
    void theTableInSecurityIsWhatIsTested() throws IOException {
        String page = Files.readString(SECURITY);
        String table = Arrays.stream(AgentRight.values()).map(AgentRight::row).collect(Collectors.joining("\n"));
        String written = TABLE.matcher(page).replaceFirst("$1" + Matcher.quoteReplacement(table) + "\n");
        if (Boolean.getBoolean("faultline.docs.write")) {
            Files.writeString(SECURITY, written);
        }

        assertThat(page)
                .as("SECURITY.md; to write it again: dev/mvn -pl core test -Dtest=AgentRightsTest "
                        + "-DargLine=-Dfaultline.docs.write=true")
                .isEqualTo(written)
                .contains(table);
    }

    @Test
    void hasWhatIsNeededForSomethingAndNothingElse() {
        assertThat(AgentContainer.needed("faultline/agent-tools:0a1b2c3d4e5f"))
                .isEqualTo(Arrays.stream(AgentRight.values())
                        .map(AgentRight::capability)
                        .collect(Collectors.toSet()));
        assertThat(AgentRight.values())
                .allSatisfy(right -> assertThat(right.refused()).isNotEmpty());
    }

    @Test
    void hasOneLessWithoutIptables() {
        Set<Capability> plain = EnumSet.copyOf(AgentContainer.needed("faultline/agent-tools:0a1b2c3d4e5f"));
        plain.remove(Capability.NET_RAW);

        assertThat(AgentContainer.needed("faultline/agent:0a1b2c3d4e5f")).isEqualTo(plain);
    }
}
