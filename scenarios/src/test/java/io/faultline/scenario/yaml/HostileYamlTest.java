package io.faultline.scenario.yaml;

import static io.faultline.scenario.yaml.Scripts.RIGHT;
import static io.faultline.scenario.yaml.Scripts.problems;
import static io.faultline.scenario.yaml.Scripts.read;
import static io.faultline.scenario.yaml.Scripts.with;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are odd, or made to do harm, cost little and are told in words. */
@Timeout(60)
class HostileYamlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!!java.net.URL [\"http://127.0.0.1/\"]",
                "!!javax.script.ScriptEngineManager []",
                "!thing x",
                "!!binary aGVsbG8=",
                "!!set {a}"
            })
    void refusesTags(String value) {
        assertThat(problems(with("why: It happens.", "why: " + value)))
                .singleElement()
                .asString()
                .startsWith("5:6: a tag (")
                .contains("has no meaning here: remove it.");
    }

    @Test
    void refusesATagOnAKey() {
        assertThat(problems(with("why: It happens.", "!!java.net.URL why: It happens.")))
                .singleElement()
                .asString()
                .startsWith("5:1: a tag (");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 30})
    void countsAliasesIn(int levels) {
        StringBuilder laughs = new StringBuilder("l0: &l0 [lol]\n");
        for (int i = 1; i <= levels; i++) {
            laughs.append("l").append(i).append(": &l").append(i).append(" [");
            laughs.append(("*l" + (i - 1) + ", ").repeat(9)).append("x]\n");
        }

        assertThat(problems(laughs.toString()))
                .singleElement()
                .asString()
                .contains(levels == 5 ? "more than 20000 values, aliases counted in." : "Number of aliases");
    }

    @Test
    void refusesWhatContainsItself() {
        assertThat(problems("steps: &a [*a]"))
                .singleElement()
                .asString()
                .endsWith("this contains itself, by an alias.");
        assertThat(problems("&a {steps: *a}"))
                .singleElement()
                .asString()
                .endsWith("this contains itself, by an alias.");
    }

    @Test
    void readsAnAliasThatIsWhatItSays() {
        String text =
                with("why: It happens.", "why: &same It happens.").replace("good: Errors in time.", "good: *same");

        assertThat(read(text).about().good()).isEqualTo("It happens.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void refusesDeepNesting(String open) {
        assertThat(problems(open.repeat(60_000))).singleElement().asString().contains("nested deeper than 50 levels");
    }

    @Test
    void refusesHugeFiles() {
        assertThat(problems(RIGHT + "#".repeat(300_000)))
                .singleElement()
                .asString()
                .contains("this file has more than 262144 characters");
    }

    /** Twelve of them would be a text of 10^14 characters. */
    @ParameterizedTest
    @ValueSource(ints = {3, 12})
    void refusesParametersThatGrowTenfoldWithEachLine(int levels) {
        StringBuilder bomb = new StringBuilder("parameters:\n  p0: {default: " + "x".repeat(100) + ", about: x}\n");
        for (int i = 1; i <= levels; i++) {
            bomb.append("  p").append(i).append(": {default: \"");
            bomb.append(("${p" + (i - 1) + "}").repeat(10)).append("\", about: x}\n");
        }

        assertThat(problems(with("parameters:\n", bomb.toString())
                        .replace("title: The database is frozen", "title: \"${p" + levels + "}\"")))
                .singleElement()
                .asString()
                .startsWith("16:17: this text is too long with the values of its parameters in it")
                .contains("65536 characters", "Does one parameter repeat another");
    }

    @ParameterizedTest
    @ValueSource(strings = {"title: The database is frozen", "why: It happens.", "within: 5s", "expect: it reports it"})
    void refusesATextThatIsTooLongWithItsParametersIn(String where) {
        String field = where.substring(0, where.indexOf(':'));
        String long1 = "p0: {default: " + "x".repeat(9_000) + ", about: x}";

        assertThat(problems(with(where, field + ": \"" + "${p0}".repeat(8) + "\"")
                        .replace("parameters:\n", "parameters:\n  " + long1 + "\n")))
                .anyMatch(problem -> problem.contains("this text is too long with the values of its parameters in it"));
    }

    @Test
    void countsWhatParametersPutIntoTheWholeFile() {
        String steps = ("  - note" + ": \"${p0}\"\n").repeat(2_000);

        assertThat(problems(RIGHT.replace(
                                "parameters:\n", "parameters:\n  p0: {default: " + "x".repeat(60_000) + ", about: x}\n")
                        + steps.replace("- note", "- hold")))
                .anyMatch(problem -> problem.contains("4194304 by parameters in a file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# a comment\n", "\uFEFF", "---\n", "null"})
    void refusesAnEmptyFile(String text) {
        assertThat(problems(text))
                .singleElement()
                .asString()
                .matches("1:1: (the file is empty|a scenario is a mapping).*|2:1: a scenario is a mapping.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"just words", "- a\n- b\n", "42"})
    void refusesWhatIsNoMapping(String text) {
        assertThat(problems(text))
                .containsExactly("1:1: a scenario is a mapping: write its fields as \"name: value\".");
    }

    @Test
    void refusesSeveralDocuments() {
        assertThat(problems(RIGHT + "---\n" + RIGHT))
                .singleElement()
                .asString()
                .startsWith("25:1: ")
                .contains("another document");
    }

    @Test
    void refusesTabsWithTheirPlace() {
        assertThat(problems(with("  client: the service", "\tclient: the service")))
                .singleElement()
                .asString()
                .startsWith("10:1: this is no YAML: ")
                .contains("'\\t(TAB)'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b: c",
                "a: [b",
                "a: \"b",
                "%YAML 9",
                "a: @b",
                "a: *nowhere",
                "? [a]\n: b",
                "\u0000",
                "a: \ud800"
            })
    void tellsBrokenYamlInOneProblemOrMore(String text) {
        assertThat(problems(text)).isNotEmpty().allMatch(problem -> problem.matches("(?s)\\d+:\\d+: .*"));
    }

    @Test
    void readsWhatWindowsWrites() {
        assertThat(read('\uFEFF' + RIGHT.replace("\n", "\r\n"))).isEqualTo(read(RIGHT));
        assertThat(problems('\uFEFF' + with("version: 1", "version: x").replace("\n", "\r\n")))
                .singleElement()
                .asString()
                .startsWith("3:10: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no", "on", "off", "y", "1e3", "0o17", "2026-11-23", "12:30", "~", "1_000", ".inf"})
    void takesForATextWhatOldYamlTookForSomethingElse(String word) {
        assertThat(read(with("title: The database is frozen", "title: " + word))
                        .about()
                        .title())
                .isEqualTo(word);
    }

    @Test
    void doesNotTakeYesForTrue() {
        assertThat(problems(with("{pause: dependency}", "{partition: {target: client, container-leg-only: yes}}")
                        .replace("as: pause", "as: pause")))
                .singleElement()
                .asString()
                .contains("\"container-leg-only\" is yes, but must be true or false");
    }

    @Test
    void readsEveryScript() {
        assertThat(read(with("title: The database is frozen", "title: Die Datenbank steht 🧊 データベース"))
                        .about()
                        .title())
                .isEqualTo("Die Datenbank steht 🧊 データベース");
    }

    @Test
    void tellsManySimilarNames() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            text.append("steqs").append(i).append(": a\n");
        }

        assertThat(problems(text.toString())).hasSizeGreaterThan(2_000);
    }
}
