package io.faultline.scenario.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.scenario.yaml.Catalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands about scenarios, none of which needs a Docker engine. */
class ScenarioCommandsTest {

    private static final String COMPOSE = """
            services:
              db:
                image: registry.local/library/postgres:16
                healthcheck: {test: [CMD, pg_isready]}
              worker:
                build: .
                depends_on: [db]
              web:
                build: ./web
                depends_on: {db: {condition: service_healthy}, worker: {condition: service_started}}
                ports: ["127.0.0.1:${PORT:-8000}:5000/tcp"]
                healthcheck:
                  test: curl -f http://localhost:5000/healthz || exit 1
            volumes: {data: {}}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void listsNamesAndTitlesInColumns() {
        assertThat(run("list")).isZero();
        assertThat(out.toString().lines().limit(Catalog.names().size()))
                .allSatisfy(
                        line -> assertThat(line).matches("[a-z0-9-]+ +\\S.*").hasSizeLessThanOrEqualTo(120));
        assertThat(out.toString().lines().limit(Catalog.names().size()).map(line -> line.split(" ")[0]))
                .containsExactlyElementsOf(Catalog.names());
        assertThat(out).asString().containsPattern("(?s)\\nTags: .*shutdown");
        assertThat(err).asString().isEmpty();
    }

    @Test
    void refusesToRunAScenarioThatHasNoSystemToBePlayedOn() throws IOException {
        String mine = folder.resolve("mine.scenario.yaml").toString();
        run("init", mine);

        assertThat(run("run", mine, "--out", folder.resolve("report").toString()))
                .isEqualTo(2);
        assertThat(err).asString().contains("\"mine\" names no reference system", "--compose FILE");
        assertThat(folder.resolve("report")).doesNotExist();
    }

    @Test
    void listsThoseOfATag() {
        assertThat(run("list", "shutdown")).isZero();
        assertThat(out).asString().contains("graceful-shutdown").doesNotContain("paused-dependency");
        assertThat(run("list", "shutdwon")).isEqualTo(2);
        assertThat(err).asString().contains("Did you mean \"shutdown\"?");
    }

    @Test
    void describesWithinAHundredColumns() {
        assertThat(run("describe", "paused-dependency", "blocked-stdout")).isZero();
        assertThat(out)
                .asString()
                .contains(
                        "Why it matters:",
                        "What good looks like:",
                        "How to mend it:",
                        "--set",
                        "the naive one: timeout");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void printsASourceThatIsAFileOfOnesOwnAtOnce() throws IOException {
        assertThat(run("describe", "--source", "paused-dependency")).isZero();
        assertThat(run("validate", file("mine.scenario.yaml", out.toString()))).isZero();
    }

    @Test
    void validatesFiles() throws IOException {
        String right = file("right.scenario.yaml", Catalog.source("paused-dependency"));
        String wrong = file(
                "wrong.scenario.yaml",
                Catalog.source("paused-dependency").replace("steady: [works]", "steady: [wroks]"));

        assertThat(run("validate", right)).isZero();
        assertThat(out).asString().isEqualTo(right + ": right\n");
        assertThat(run("validate", wrong, right)).isEqualTo(2);
        assertThat(err)
                .asString()
                .contains(wrong + ":24:10: there is no probe \"wroks\"", "Did you mean \"works\"?")
                .doesNotContain("\tat ");
    }

    @Test
    void refusesParametersThatExplodeBeforeMemoryRunsOut() throws IOException {
        StringBuilder bomb = new StringBuilder("parameters:\n  p0: {default: " + "x".repeat(100) + ", about: x}\n");
        for (int i = 1; i <= 11; i++) {
            bomb.append("  p").append(i).append(": {default: \"");
            bomb.append(("${p" + (i - 1) + "}").repeat(10)).append("\", about: x}\n");
        }
        assertThat(run("validate", file("bomb.scenario.yaml", "format: 1\n" + bomb + "title: \"${p11}\"\n")))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("bomb.scenario.yaml:6:", "this text is too long with the values of its parameters");
    }

    @Test
    void validatesWithSettings() throws IOException {
        String file = file("a.scenario.yaml", Catalog.source("paused-dependency"));

        assertThat(run("validate", file, "--set", "port=80", "--set", "fails-within=6s"))
                .isZero();
        assertThat(run("validate", file, "--set", "port=eighty")).isEqualTo(2);
        assertThat(err).asString().contains("\"eighty\" is no whole number from 1 to 65535.");
    }

    @Test
    void describesFaults() {
        assertThat(run("describe", "--fault", "packet-loss", "link")).isZero();
        assertThat(out)
                .asString()
                .contains(
                        "Loses some of a container's packets.",
                        "percent",
                        "(default: both)",
                        "xt_statistic",
                        "profile");
        assertThat(run("describe", "--fault", "packet-los")).isEqualTo(2);
        assertThat(err).asString().contains("There is no fault \"packet-los\" (there are: partition, packet-loss,");
    }

    @Test
    void printsTheSchema() {
        assertThat(run("validate", "--schema")).isZero();
        assertThat(out).asString().contains("\"$id\": \"urn:faultline:scenario:1\"", "\"packet-loss\"");
    }

    @Test
    void tellsOfFilesThatCannotBeRead() throws IOException {
        assertThat(run("validate", folder.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(run(
                        "validate",
                        Files.write(folder.resolve("x"), "\u00e9".getBytes(StandardCharsets.ISO_8859_1))
                                .toString()))
                .isEqualTo(2);
        assertThat(run("validate", folder.toString())).isEqualTo(2);
        assertThat(run("validate")).isEqualTo(2);
        assertThat(err)
                .asString()
                .contains("none.yaml is not there.", "x is no text in UTF-8.", "cannot be read", "FILE")
                .doesNotContain("\tat ");
    }

    @Test
    void draftsAScenarioForAComposeFile() throws IOException {
        String compose = file("compose.yaml", COMPOSE);
        String file = folder.resolve("Pay Ments.scenario.yaml").toString();

        assertThat(run("init", "--compose", compose, file)).isZero();
        assertThat(out)
                .asString()
                .contains("wrote " + file, "faultline validate " + file)
                .contains(
                        "faultline run " + file + " --compose " + compose + " --role client=web --role dependency=db");
        assertThat(Path.of(file))
                .content()
                .contains(
                        "name: pay-ments\n",
                        "default: 5000",
                        "default: \"/healthz\"",
                        "the service web",
                        "the service db");
        assertThat(run("validate", file)).as(err.toString()).isZero();
    }

    @Test
    void draftsAScenarioForAnySystem() {
        String file = folder.resolve("first.scenario.yaml").toString();

        assertThat(run("init", file)).isZero();
        assertThat(out).asString().contains("--container client=NAME");
        assertThat(run("validate", file)).as(err.toString()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {a: {image: x}, redis: {image: y}}                                 | client=a --role dependency=redis
            {cache: {image: redis:7}, app: {build: .}}                         | client=app --role dependency=cache
            {a: {build: ., depends_on: [b]}, b: {build: ., ports: [80:80]}}    | client=a --role dependency=b
            {a: {links: [b:db], expose: [3000]}, b: , c: {image: mysql}}       | client=a --role dependency=b
            {postgres: {image: a}, mysql: {image: b}}                          | client=mysql --role dependency=postgres
            """)
    void guessesWhoIsWho(String services, String roles) throws IOException {
        String file = folder.resolve("a.scenario.yaml").toString();

        assertThat(run("init", "--compose", file("c.yaml", "services: " + services + "\n"), file))
                .isZero();
        assertThat(out).asString().contains(roles);
        assertThat(run("validate", file)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "services: {}",
                "services: {only: {image: x}}",
                "a: [",
                "services: !!java.net.URL [x]",
                "services: 3",
                "services: {'a\"\nb': {}}"
            })
    void refusesWhatIsNoComposeFileOfTwoServices(String text) throws IOException {
        assertThat(run(
                        "init",
                        "--compose",
                        file("c.yaml", text),
                        folder.resolve("a.scenario.yaml").toString()))
                .isEqualTo(2);
        assertThat(err).asString().contains("The Compose file", "c.yaml").doesNotContain("\tat ");
        assertThat(folder.resolve("a.scenario.yaml")).doesNotExist();
    }

    @Test
    void overwritesNothing() throws IOException {
        String file = file("a.scenario.yaml", "mine");

        assertThat(run("init", file)).isEqualTo(2);
        assertThat(Path.of(file)).hasContent("mine");
        assertThat(run("init", folder.resolve("no/a.scenario.yaml").toString())).isEqualTo(2);
        assertThat(run("init", folder.resolve("a.txt").toString())).isEqualTo(2);
        assertThat(run(
                        "init",
                        "--compose",
                        folder.resolve("none.yaml").toString(),
                        folder.resolve("b.scenario.yaml").toString()))
                .isEqualTo(2);
        assertThat(err)
                .asString()
                .contains(
                        "is there already",
                        "its folder is not there",
                        "scenario files end in",
                        "none.yaml is not there");
    }

    @Test
    void completesNamesAndTags() {
        assertThat(run("generate-completion")).isZero();
        assertThat(out).asString().contains("paused-dependency", "\"shutdown\"", "validate", "init");
    }
}
