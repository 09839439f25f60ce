package io.faultline.scenario.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentationTest {

    @ParameterizedTest
    @CsvSource({
        "ScenariosDockerIT, factory, scenarios/JUNIT.md",
        "ResilientContractCase, contract, scenarios/JUNIT.md",
        "HistoryDockerIT, history, HISTORIES.md"
    })
    void showsCodeThatTheBuildRuns(String type, String snippet, String page) throws IOException {
        String code = Files.readString(Path.of("src/test/java/io/faultline/scenario/junit/" + type + ".java"));
        int from = code.indexOf("// snippet: " + snippet + "\n") + ("// snippet: " + snippet + "\n").length();
        String shown = code.substring(from, code.indexOf("// end snippet", from))
                .stripTrailing()
                .stripIndent();

        assertThat(Files.readString(Path.of("../docs").resolve(page))).contains("```java\n" + shown + "\n```");
    }
}
