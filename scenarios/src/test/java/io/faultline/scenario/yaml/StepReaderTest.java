package io.faultline.scenario.yaml;

import static io.faultline.scenario.yaml.Scripts.RIGHT;
import static io.faultline.scenario.yaml.Scripts.problems;
import static io.faultline.scenario.yaml.Scripts.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What steps may say, and in which order they inject and heal. Line 19 is the first after {@code steps:}. */
class StepReaderTest {

    private static List<String> problemsOf(String steps) {
        return problems(file(steps));
    }

    private static String file(String steps) {
        return RIGHT.substring(0, RIGHT.indexOf("  - inject"))
                        .replaceFirst(
                                "(?m)^  reports-failure:.*\n",
                                "  reports-failure: {tcp: {role: dependency, port: 1}}\n")
                + steps.stripIndent().indent(2)
                + "  - hold: as before\n    probe: reports-failure\n    for: 1s\n";
    }

    @Test
    void readsEveryKindOfStep() {
        assertThat(problemsOf("""
                        - inject: [{pause: dependency}, {latency: {target: client, delay: 20ms, direction: incoming}}]
                          as: both
                        - hold: wait a while
                          for: 1s
                        - heal: both
                        - repeat: 3
                          steps:
                            - inject: {partition: [client, dependency]}
                            - expect: it fails
                              probe: {tcp: {role: client, port: 80, within: 1s}}
                              is: failing
                              within: 5s
                            - heal: partition
                        - record: orders
                          call: {http: {role: client, port: 80, method: POST, path: "/orders?id={n}"}}
                          every: 50ms
                          processes: 3
                          failed: [409]
                        - check: orders
                          truth: {command: {role: dependency, command: list}}
                          claims: [nothing-lost, nothing-twice, no-failed-write-done]
                          within: 5s
                        - parallel:
                            - - inject: {pause: dependency}
                              - hold: a
                                for: 1s
                              - heal: pause
                            - - hold: b
                                probe: works
                                for: 2s
                        - terminate: client
                          exit-codes: [0, 1]
                          last-log-line: bye
                          again-after: 100ms
                          finishing: works
                          signal: SIGRTMIN+3
                          within: 8s
                        """)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            - wait: 3s                                  | 19:5: a step has one of inject, expect, hold, heal, terminate, record, check, parallel, repeat, but this one has none.
            - injct: {pause: client}                    | Did you mean "inject"?
            - {inject: {pause: client}, heal: pause}    | but this one has inject and heal.
            - just a text                               | 19:5: a step is a mapping
            - {}                                        | but this one has none.
            - inject: {}                                | 19:13: no fault is written here.
            - inject: []                                | 19:13: no fault is written here.
            - inject: pause                             | 19:13: a fault is a mapping
            - inject: {pasue: client}                   | Did you mean "pause"?
            - inject: {pause: server}                   | server
            - inject: {packet-loss: client}             | packet-loss: Name either percent or every.
            - inject: {latency: client}                 | latency: "delay" is missing.
            - inject: {packet-loss: {target: client, percnt: 3}}     | Did you mean "percent"?
            - inject: {packet-loss: {target: client, percent: "3"}}  | must be a number
            - inject: {packet-loss: {target: client, percent: [3]}}  | must be one value, not a list
            - inject: {partition: {target: client, direction: up}}         | must be one of [both, incoming, outgoing]
            - inject: {latency: {target: client, delay: soon}}       | soon
            - heal: nothing                             | 19:11: nothing was injected as "nothing" before
            - {expect: x, probe: works}                 | a step has no "within".
            - {expect: x, within: 3s}                   | a step has no "probe".
            - {expect: x, probe: works, is: up, within: 3s} | there is no state "up" (there are: passing, failing).
            - {expect: x, probe: works, within: 3s, fro: 1s} | a step has no field "fro"
            - {hold: x, probe: works}                   | a step has no "for".
            - {hold: x, is: failing, for: 1s}           | "is" says what a probe is to be, but this step has no "probe".
            - {terminate: server, within: 1s}           | there is no role "server"
            - {terminate: client}                       | a step has no "within".
            - {terminate: client, within: 1s, signal: BYE}       | No signal is called "BYE".
            - {terminate: client, within: 1s, signal: SIGKILL}   | SIGKILL cannot be caught
            - {terminate: client, within: 1s, exit-codes: [256]} | "256" is no whole number from 0 to 255.
            - {terminate: client, within: 1s, exit-codes: []}    | at least one exit code is needed here.
            - {repeat: 0, steps: [{hold: x, for: 1s}]}  | "0" is no whole number from 1 to 1000.
            - {repeat: 2, steps: []}                    | 19:24: there is no step here
            - {repeat: 2}                               | a step has no "steps".
            - {parallel: [[{hold: x, for: 1s}]]}        | parallel takes a list of at least two branches
            - {parallel: [[{hold: x, for: 1s}], []]}    | there is no step here
            - {parallel: [[{hold: x, for: 1s}], {hold: x, for: 1s}]} | steps are a list: begin each with "- ".
            """)
    void tellsEachMistake(String step, String problem) {
        assertThat(problemsOf(step))
                .as(step)
                .anySatisfy(each -> assertThat(each).contains(problem));
    }

    @Test
    void wantsSomethingExpected() {
        String nothing = RIGHT.substring(0, RIGHT.indexOf("  - inject")).replaceFirst("(?m)^  reports-failure:.*\n", "")
                + "  - inject: {pause: client}\n";

        assertThat(problems(nothing))
                .singleElement()
                .asString()
                .contains("nothing is expected, so nothing can be proven");
    }

    @Test
    void wantsNamesOnceAndHealingOnce() {
        assertThat(problemsOf("- inject: {pause: client}\n- inject: {pause: dependency}\n"))
                .containsExactly("20:13: something is injected as \"pause\" already. Name this one: as: another-name.");
        assertThat(problemsOf("- inject: {pause: client}\n- heal: pause\n- heal: pause\n"))
                .containsExactly("21:11: \"pause\" was healed before already.");
    }

    @Test
    void wantsEachRoundToHealWhatItInjects() {
        assertThat(problemsOf("""
                        - repeat: 2
                          steps:
                            - inject: {pause: client}
                        """))
                .containsExactly(
                        "21:17: \"pause\" is injected in each round, but no round heals it: end the repeated steps with "
                                + "\"heal: pause\".");
        assertThat(problemsOf("""
                        - inject: {pause: client}
                        - repeat: 2
                          steps:
                            - heal: pause
                        """))
                .containsExactly(
                        "22:15: \"pause\" was injected before this repeat, so only its first round could heal it: heal it "
                                + "after the repeat.");
    }

    @Test
    void knowsWhatBranchesLeaveOpen() {
        assertThat(problemsOf("""
                        - inject: {freeze: client}
                        - parallel:
                            - - inject: {pause: client}
                            - - hold: a
                                for: 1s
                              - heal: freeze
                        - heal: pause
                        """)).isEmpty();
        assertThat(problemsOf("""
                        - parallel:
                            - - inject: {pause: client}
                            - - heal: pause
                        """))
                .singleElement()
                .asString()
                .startsWith("21:17: \"pause\" is injected in another branch");
    }

    @Test
    void keepsProbesApartThatAreWrittenOnOneLine() {
        String text = RIGHT.replace(
                "[works]", "[{tcp: {role: client, port: \"${port}\"}}, {tcp: {role: dependency, port: 2}}, works]");

        assertThat(read(text).steady().probes()).containsExactly("line 17", "line 17, column 50", "works");
        assertThat(read(text).probe("line 17").role()).isEqualTo("client");
        assertThat(read(text).probe("line 17, column 50").role()).isEqualTo("dependency");
    }

    private static final String RECORD = "- record: orders\n  call: {http: {role: client, port: 80, path: \"/{n}\"}}\n";
    private static final String CHECK = "- check: orders\n  truth: {command: {role: dependency, command: list}}\n";

    @Test
    void whatIsRecordedIsChecked() {
        assertThat(problemsOf(RECORD)).singleElement().asString().contains("\"orders\" is recorded and never checked");
        assertThat(problemsOf(RECORD + CHECK)).isEmpty();
    }

    @Test
    void whatIsCheckedIsRecordedBefore() {
        assertThat(problemsOf(CHECK.replace("orders", "order") + RECORD + CHECK))
                .singleElement()
                .asString()
                .contains("nothing is recorded as \"order\" before");
    }

    @Test
    void isRecordedUnderANameOfItsOwn() {
        assertThat(problemsOf(RECORD + RECORD + CHECK))
                .singleElement()
                .asString()
                .contains("\"orders\" is recorded already");
    }

    @Test
    void aCallHasItsNumber() {
        assertThat(problemsOf(RECORD.replace("{n}", "") + CHECK))
                .singleElement()
                .asString()
                .contains("each call needs a number of its own", "write {n}");
    }

    @Test
    void aCallAndATruthHaveAnswers() {
        assertThat(problemsOf(RECORD.replace(
                                "http: {role: client, port: 80, path: \"/{n}\"}", "tcp: {role: client, port: 80}")
                        + CHECK))
                .anySatisfy(each -> assertThat(each).contains("a call is made by http or command"));
        assertThat(problemsOf(RECORD
                        + CHECK.replace("command: {role: dependency, command: list}", "redis: {role: dependency}")))
                .singleElement()
                .asString()
                .contains("the truth is read by http, command or sql");
    }

    @Test
    void claimsOnlyWhatCanBeClaimedOfElements() {
        assertThat(problemsOf(RECORD + CHECK.stripTrailing() + "\n  claims: [linearizable]\n"))
                .singleElement()
                .asString()
                .contains("there is no claim \"linearizable\"");
    }
}
