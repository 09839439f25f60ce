package worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeSnippetTest {

    @Test
    void theReadmeShowsTheTestThatRuns() throws IOException {
        String test = Files.readString(Path.of("src/test/java/worker/WorkerResilienceTest.java"));
        String snippet = between(test, "// snippet: readme\n", "// end snippet");

        assertThat(Files.readString(Path.of("../../README.md"))).contains("```java\n" + snippet + "```");
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
