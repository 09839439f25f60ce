package io.faultline.scenario.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.scenario.yaml.Vocabulary.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables in docs/SCENARIOS.md say what the vocabulary says. */
class ScenarioDocsTest {

    private static final Path PAGE = Path.of("..", "docs", "SCENARIOS.md");

    @Test
    void theTablesInTheDocsAreWhatTheCodeSays() throws IOException {
        String page = Files.readString(PAGE);
        String written = page;
        written = with(written, "fields of a scenario", fields(Vocabulary.SCENARIO));
        written = with(written, "fields of steady", fields(Vocabulary.STEADY));
        written = with(written, "probes", kinds("passes when", Vocabulary.PROBES));
        written = with(written, "steps", kinds("what it does", Vocabulary.STEPS));
        if (Boolean.getBoolean("faultline.docs.write")) {
            Files.writeString(PAGE, written);
        }

        assertThat(page)
                .as("docs/SCENARIOS.md; to write it again: dev/mvn -pl core,scenarios test -Dtest=ScenarioDocsTest "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -DargLine=-Dfaultline.docs.write=true")
                .isEqualTo(written);
    }

    @Test
    void everyStepInTheDocsIsRight() throws IOException {
        String page = Files.readString(PAGE);
        Matcher yaml = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(page);

        assertThat(yaml.results().map(snippet -> snippet.group(1)).toList())
                .isNotEmpty()
                .allSatisfy(steps -> assertThat(Scripts.problems(
                                Scripts.with("  - inject: {pause: dependency}\n    as: pause\n", steps.indent(2))))
                        .isEmpty());
    }

    private static String with(String page, String place, String table) {
        Pattern part = Pattern.compile("(?s)(<!-- " + place + " -->\n).*?(<!-- end -->)");
        return part.matcher(page).replaceFirst("$1" + Matcher.quoteReplacement(table) + "$2");
    }

    private static String fields(List<Field> fields) {
        return "| field | | |\n|---|---|---|\n"
                + fields.stream()
                        .map(field -> "| `" + field.name() + "` | "
                                + (field.required()
                                        ? "needed"
                                        : field.standard().isEmpty() ? "" : "`" + field.standard() + "`")
                                + " | " + field.about() + " |\n")
                        .collect(Collectors.joining());
    }

    private static String kinds(String heading, Map<String, List<Field>> kinds) {
        return "| | " + heading + " | fields |\n|---|---|---|\n"
                + kinds.entrySet().stream()
                        .map(kind -> "| `" + kind.getKey() + "` | " + Vocabulary.MEANINGS.get(kind.getKey()) + " | "
                                + kind.getValue().stream()
                                        .filter(field -> !(heading.startsWith("passes")
                                                && List.of("role", "within").contains(field.name())))
                                        .map(ScenarioDocsTest::shortly)
                                        .collect(Collectors.joining("; "))
                                + " |\n")
                        .collect(Collectors.joining());
    }

    private static String shortly(Field field) {
        String standard = field.standard().isEmpty() ? "" : " (" + field.standard() + ")";
        return "`" + field.name() + "`" + (field.required() ? "" : standard.isEmpty() ? " (optional)" : standard) + ": "
                + field.about();
    }
}
