package io.faultline.scenario.yaml;

import static io.faultline.scenario.yaml.Scripts.RIGHT;
import static io.faultline.scenario.yaml.Scripts.problems;
import static io.faultline.scenario.yaml.Scripts.read;
import static io.faultline.scenario.yaml.Scripts.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.probe.HttpProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scenario file may say about a scenario, its parameters and its probes, and where each mistake is told. */
class ScenarioFileTest {

    @Test
    void readsWhatIsWritten() {
        Scenario scenario = read(RIGHT);

        assertThat(scenario.name()).isEqualTo("slow-database");
        assertThat(scenario.roles().keySet()).containsExactly("client", "dependency");
        assertThat(scenario.steady().probes()).containsExactly("works");
        assertThat(scenario.steps()).hasSize(3);
        assertThat(scenario.probe("works"))
                .isEqualTo(new NamedProbe("works", HttpProbe.get("client", 8080, "/"), Duration.ofSeconds(2)));
    }

    static List<String> catalog() {
        return Catalog.names();
    }

    @ParameterizedTest
    @MethodSource("catalog")
    void readsTheCatalog(String name) {
        assertThat(Catalog.scenario(name, Map.of()).orElseThrow().name()).isEqualTo(name);
        assertThat(Catalog.scenario(name, Map.of()).orElseThrow().reference()).isNotEmpty();
    }

    @Test
    void tellsAllMistakesAtOnceInTheirOrder() {
        String text = with("version: 1", "version: one")
                .replace("role: client, port: 8080, status: 503", "role: clinet, port: 80800, statsu: 503")
                .replace("within: 5s", "within: 5 hours");

        assertThat(problems(text))
                .containsExactly(
                        "3:10: \"one\" is no whole number from 1 to 2147483647.",
                        "16:34: there is no role \"clinet\" (there are: client, dependency). Did you mean \"client\"?",
                        "16:48: \"80800\" is no whole number from 1 to 65535.",
                        "16:55: the probe \"http\" has no field \"statsu\" (there are: within, headers, role, "
                                + "port, path, method, status, body). Did you mean \"status\"?",
                        "23:13: Invalid duration \"5 hours\": write it as \"200ms\", \"1.5s\" or \"2m\".");
    }

    @Test
    void namesTheFileAsCompilersDo() {
        assertThatThrownBy(() -> read(with("format: 1", "format: 2")))
                .isInstanceOf(BadScenarioException.class)
                .hasMessage(
                        "a.scenario.yaml:1:9: this version of Faultline reads format 1, not 2. Use a newer one, or write "
                                + "\"format: 1\".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"format", "name", "version", "title", "why", "good", "fix", "roles", "steady", "steps"})
    void wantsEveryFieldThatHasNoDefault(String field) {
        String without = RIGHT.replaceFirst("(?m)^" + field + ":.*\n( .*\n)*", "");

        assertThat(problems(without)).contains("1:1: a scenario has no \"" + field + "\".");
    }

    @Test
    void tellsAnUnknownFieldWithWhatWasMeant() {
        assertThat(problems(with("steady:", "stedy:")))
                .contains("1:1: a scenario has no \"steady\".")
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("17:1: a scenario has no field \"stedy\"")
                        .endsWith("Did you mean \"steady\"?"));
    }

    @Test
    void tellsADuplicate() {
        assertThat(problems(with("version: 1", "version: 1\nname: other")))
                .containsExactly("4:1: \"name\" is written twice.");
        assertThat(problems(with("  dependency: its database", "  client: another")))
                .contains("11:3: \"client\" is written twice.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            why: It happens.          | why: [a, b]            | 5:6: a text is expected here, not a list.
            why: It happens.          | why: {a: b}            | 5:6: a text is expected here, not a mapping.
            why: It happens.          | why:                   | 5:5: a text is expected here, but there is none.
            why: It happens.          | why: "  "              | 5:6: a text is expected here, but there is none.
            why: It happens.          | why: "a\\e[31mb"       | 5:6: a control character stands in this text
            name: slow-database       | name: Slow Database    | 2:7: "Slow Database" is no name: use a-z, 0-9 and hyphens
            tags: [dependency]        | tags: [a/b]            | 8:8: "a/b" is no tag: use a-z
            tags: [dependency]        | tags: {a: b}           | 8:7: a text is expected here, not a mapping.
            client: the service       | Client!: the service   | 10:12: "Client!" cannot be a role
            steady: [works]           | steady: []             | 17:9: at least one probe is needed here.
            steady: [works]           | steady: [wroks]        | Did you mean "works"?
            steady: [works]           | steady: {probes: [works], befor: 3s} | has no field "befor"
            steady: [works]           | steady: {probes: works, before: 0s}  | a time must be at least a millisecond
            within: 5s                | within: 0.0000001ms    | a time must be at least a millisecond
            within: 5s                | within: 99999999999m   | a time can be at most 1440m
            within: 5s                | within: -5s            | Invalid duration "-5s"
            within: 5s                | within: 5              | Invalid duration "5": write it as "200ms", "1.5s" or "2m".
            within: 5s                | within: 1s             | 23:13: one look of the probe "reports-failure" may take 2000ms, longer than this
            status: 503               | status: 99             | "99" is no whole number from 100 to 599
            status: 503               | status: []             | An http probe cannot have the status "[]"
            status: 503               | method: get            | Give it one in capitals, as GET.
            status: 503               | headers: {A: "1\\n2"}  | Give it a name, a colon and a value on one line.
            status: 503               | path: no slash         | Give it one that begins with / and has no spaces.
            http: {role: client, port: 8080, status: 503} | htpp: {role: client} | but this is "htpp". Did you mean "http"?
            http: {role: client, port: 8080, status: 503} | log: {role: client}  | either "contains" (a text) or "matches"
            http: {role: client, port: 8080, status: 503} | log: {role: client, matches: "("} | cannot look for "("
            http: {role: client, port: 8080, status: 503} | process: {role: client, is: ended} | either "is: running", or "is: ended"
            http: {role: client, port: 8080, status: 503} | sql: {role: client, kind: oracle, database: d, user: u} | there is no kind of database "oracle"
            http: {role: client, port: 8080, status: 503} | file: {role: client, path: data} | needs an absolute path
            http: {role: client, port: 8080, status: 503} | command: {role: client, command: []} | needs a command
            reports-failure: {http              | more: {tcp: {role: client, port: 1}}¶  reports-failure: {http | the probe "more" is never used: remove it.
            "${port}"                 | 80                     | the parameter "port" is never used
            "${port}"                 | "${prot}"              | there is no parameter "prot" (there are: [seed, port]). Did you mean "port"?
            port: {default: 8080, about: where the client serves HTTP} | seed: {default: 1, about: x} | "seed" is there without being declared
            port: {default: 8080, about: where the client serves HTTP} | a=b: {default: 1, about: x}  | "a=b" is no name of a parameter
            port: {default: 8080, about: where the client serves HTTP} | port: {about: x}             | has no "default"
            """)
    void tellsEachMistakeWhereItStands(String there, String instead, String problem) {
        assertThat(problems(with(there, instead.replace("¶", "\n"))))
                .as(instead)
                .anySatisfy(each -> assertThat(each).contains(problem));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{tcp: {role: client, port: 8080}}",
                "{redis: {role: dependency}}",
                "{command: {role: client, command: [a, b], exit-code: 3, output: c}}",
                "{command: {role: client, command: a | b}}",
                "{log: {role: client, contains: \"[x](\"}}",
                "{log: {role: client, matches: \"x.*\"}}",
                "{sql: {role: dependency, kind: mariadb, database: d, user: u, password: 123}}",
                "{file: {role: client, path: /data/done, contains: x}}",
                "{process: {role: client, is: running}}",
                "{process: {role: client, is: ended, exit-code: 137}}",
                "{http: {role: client, port: 1, path: \"/a?b=c\", method: POST, status: [503, 500], body: x, headers: {A: 1}, within: 3 s}}"
            })
    void readsEveryKindOfProbe(String probe) {
        assertThat(problems(with("{http: {role: client, port: 8080, status: 503}}", probe)))
                .isEmpty();
    }

    @Test
    void putsAParametersValueInEachKindOfValue() {
        String text = with("port: {default: 8080, about: where the client serves HTTP}", """
                        port: {default: 8080, about: a port}
                          role: {default: client, about: a role}
                          bound: {default: 5s, about: a time}
                          percent: {default: 20, about: a share}
                          half: {default: '12.5', about: a number}
                          truth: {default: true, about: a truth}""")
                .replace(
                        "{role: client, port: 8080, status: 503}",
                        "{role: \"${role}\", port: 8080, path: \"/${port}/${role}\"}")
                .replace("within: 5s", "within: ${bound}")
                .replace(
                        "{pause: dependency}",
                        "{packet-loss: {target: dependency, percent: \"${percent}\"}, partition: {target: \"${role}\", "
                                + "container-leg-only: \"${truth}\"}, latency: {target: dependency, delay: \"${bound}\", jitter: 1ms, correlation: \"${half}\"}}");

        assertThat(problems(text)).isEmpty();
        assertThat(problems(text, Map.of("percent", "many")))
                .hasSize(1)
                .first()
                .asString()
                .contains("must be a number");
        assertThat(problems(text, Map.of("bound", "soon"))).isNotEmpty().allMatch(each -> each.contains("soon"));
        assertThat(((HttpProbe) read(text).probe("reports-failure").probe()).path())
                .isEqualTo("/8080/client");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"80\nsteps: []", "80, role: dependency", "${port}", "!!int 80", "*x", "", "eighty", "8_0", "0x50"
            })
    void takesASettingForATextAndNeverForYaml(String value) {
        assertThat(problems(RIGHT, Map.of("port", value)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("15:38: ");
    }

    @Test
    void takesSettingsWithoutQuotes() {
        assertThat(((HttpProbe) ScenarioFile.read("f", RIGHT, Map.of("port", " 81 ", "other", "x"))
                                .probe("works")
                                .probe())
                        .port())
                .isEqualTo(81);
    }

    @Test
    void knowsThePrograms() {
        String reference = "reference:\n  client: {program: python-service, naive: timeout}\n  dependency: redis\n";

        assertThat(problems(RIGHT + reference)).isEmpty();
        assertThat(problems(RIGHT + reference.replace("redis", "radis")))
                .singleElement()
                .asString()
                .startsWith("27:15: there is no reference program \"radis\"")
                .endsWith("Did you mean \"redis\"?");
        assertThat(problems(RIGHT + reference.replace("timeout", "timeuot")))
                .singleElement()
                .asString()
                .startsWith("26:44: the program \"python-service\" knows no defect \"timeuot\"");
        assertThat(problems(RIGHT + reference.replace("  dependency: redis\n", "")))
                .containsExactly("26:3: nothing plays the role \"dependency\".");
        assertThat(problems(RIGHT + reference + "  third: redis\n"))
                .singleElement()
                .asString()
                .contains("there is no role \"third\"");
        assertThat(problems(RIGHT + reference.replace("python-service,", "[],")))
                .containsExactly("26:21: at least one program is needed here.");
    }
}
