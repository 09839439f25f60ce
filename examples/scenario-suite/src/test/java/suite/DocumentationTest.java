package suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DocumentationTest {

    @Test
    void showsTheSuiteThatRuns() throws IOException {
        String suite = Files.readString(Path.of("src/test/java/suite/ScenariosTest.java"));
        int from = suite.indexOf("// snippet: suite\n") + "// snippet: suite\n".length();

        assertThat(Files.readString(Path.of("../../docs/scenarios/JUNIT.md")))
                .contains("```java\n" + suite.substring(from, suite.indexOf("// end snippet")) + "```");
    }
}
