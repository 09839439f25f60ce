package io.faultline.scenario.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.reference.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each scenario of the catalog has a page in docs/scenarios and a line in the index, which say what its file says, and no page is of none. */
class ScenarioPagesTest {

    private static final Path DOCS = Path.of("..", "docs", "scenarios");
    private static final Path OVERVIEW = DOCS.resolve("README.md");
    private static final Path INDEX = Path.of("catalog", "index.txt");
    private static final List<String> NO_SCENARIOS = List.of("README", "JUNIT");
    private static final Pattern TABLE = Pattern.compile("(?s)(<!-- scenarios -->\n).*?(<!-- end -->)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)");
    private static final String HOW = "to write it again: dev/mvn -pl core,scenarios test -Dtest=ScenarioPagesTest "
            + "-Dsurefire.failIfNoSpecifiedTests=false -DargLine=-Dfaultline.docs.write=true";

    static List<Scenario> scenarios() {
        return Catalog.all(Map.of("seed", Long.toString(StepText.SEED)));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aPageSaysWhatTheFileSays(Scenario scenario) throws IOException {
        Path page = DOCS.resolve(scenario.name() + ".md");
        String text = new ScenarioPage(scenario).text();
        if (Boolean.getBoolean("faultline.docs.write")) {
            Files.writeString(page, text);
        }

        assertThat(page).as(HOW).hasContent(text);
        assertThat(links(text))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(DOCS.resolve(link)).exists());
    }

    @Test
    void theIndexIsWhatTheFilesSay() throws IOException {
        String index = scenarios().stream()
                .map(scenario -> Catalog.Entry.of(scenario.about()) + "\n")
                .collect(Collectors.joining());
        if (Boolean.getBoolean("faultline.docs.write")) {
            Files.writeString(INDEX, index);
        }

        assertThat(INDEX).as(HOW).hasContent(index);
    }

    @Test
    void theIndexIsReadAsItIsWritten() {
        assertThat(Catalog.entries())
                .containsExactlyElementsOf(scenarios().stream()
                        .map(scenario -> Catalog.Entry.of(scenario.about()))
                        .toList());
    }

    @Test
    void theTableOfAllIsWhatTheFilesSay() throws IOException {
        String overview = Files.readString(OVERVIEW);
        String rows = scenarios().stream()
                .map(scenario -> new ScenarioPage(scenario).row())
                .collect(Collectors.joining());
        String written = TABLE.matcher(overview)
                .replaceFirst("$1"
                        + Matcher.quoteReplacement("| scenario | what happens | HELD by | BROKEN with only this "
                                + "at its default |\n|---|---|---|---|\n" + rows)
                        + "$2");
        if (Boolean.getBoolean("faultline.docs.write")) {
            Files.writeString(OVERVIEW, written);
        }

        assertThat(overview).as(HOW).contains("<!-- scenarios -->").isEqualTo(written);
    }

    @Test
    void noPageIsOfAScenarioThatThereIsNot() throws IOException {
        try (Stream<Path> pages = Files.list(DOCS)) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", "")))
                    .containsAll(Catalog.names())
                    .allMatch(name ->
                            NO_SCENARIOS.contains(name) || Catalog.names().contains(name));
        }
    }

    @Test
    void whatTheReadmeShowsIsInTheCatalog() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        Matcher yaml = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(readme);

        assertThat(yaml.results().map(snippet -> snippet.group(1)).toList())
                .hasSize(1)
                .allSatisfy(snippet ->
                        assertThat(Catalog.source("paused-dependency")).contains(snippet));
        assertThat(readme).contains("There are " + Catalog.names().size() + " in");
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void everyReferenceProgramHasItsRowWithItsDefects(Program program) throws IOException {
        String defects =
                program.defects().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));

        assertThat(Files.readAllLines(OVERVIEW))
                .anyMatch(line -> line.startsWith("| `" + program + "` |")
                        && line.endsWith(program.isServer() ? " |" : "| " + defects + " |"));
    }

    @Test
    void everyDefectIsExplained() throws IOException {
        List<String> rows = Files.readAllLines(OVERVIEW);

        assertThat(Stream.of(Program.values()).flatMap(program -> program.defects().stream()))
                .allMatch(word -> rows.stream().anyMatch(row -> row.startsWith("| `" + word + "` |")));
    }

    private static List<String> links(String page) {
        return LINK.matcher(page)
                .results()
                .map((MatchResult link) -> link.group(1))
                .toList();
    }
}
