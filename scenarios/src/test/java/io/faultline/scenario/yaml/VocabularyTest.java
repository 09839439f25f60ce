package io.faultline.scenario.yaml;

import static io.faultline.scenario.yaml.Scripts.RIGHT;
import static io.faultline.scenario.yaml.Scripts.problems;
import static io.faultline.scenario.yaml.Scripts.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.scenario.yaml.Vocabulary.Field;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema and the docs speak of exactly what the reader reads: it is made to say which fields it knows, and which it wants. */
class VocabularyTest {

    private static final Pattern KNOWN = Pattern.compile("has no field \"zzz\" \\(there are: ([^)]*)\\)");
    private static final Pattern WANTED = Pattern.compile("has no \"([^\"]*)\"\\.");

    static Collection<String> probes() {
        return Vocabulary.PROBES.keySet();
    }

    static Collection<String> steps() {
        return Vocabulary.STEPS.keySet();
    }

    @ParameterizedTest
    @MethodSource("probes")
    void knowsEachProbesFields(String kind) {
        requireSame(
                Vocabulary.PROBES.get(kind),
                problems(with("{http: {role: client, port: 8080, status: 503}}", "{" + kind + ": {zzz: 1}}")));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void knowsEachStepsFields(String kind) {
        List<Field> fields = Vocabulary.STEPS.get(kind);
        requireSame(
                fields.subList(1, fields.size()),
                problems(RIGHT + "  - {" + kind + ": 1, zzz: 1}\n").stream()
                        .map(problem -> problem.replaceFirst("there are: " + kind + "(, )?", "there are: "))
                        .toList());
    }

    @Test
    void knowsTheKinds() {
        assertThat(problems(with("reports-failure: {http:", "reports-failure: {zzz:")))
                .anySatisfy(each ->
                        assertThat(each).contains("a probe is one of " + String.join(", ", probes()) + ", but"));
        assertThat(problems(with("- heal:", "- zzz:")))
                .anySatisfy(
                        each -> assertThat(each).contains("a step has one of " + String.join(", ", steps()) + ", but"));
    }

    @Test
    void knowsTheOtherFields() {
        requireSame(Vocabulary.SCENARIO, problems("zzz: 1"));
        requireSame(
                Vocabulary.PARAMETER,
                problems(with("{default: 8080, about: where the client serves HTTP}", "{zzz: 1}")));
        requireSame(Vocabulary.STEADY, problems(with("[works]", "{zzz: 1}")));
        requireSame(Vocabulary.PROGRAM, problems(RIGHT + "reference: {client: {zzz: 1}, dependency: redis}\n"));
    }

    private static void requireSame(List<Field> fields, List<String> problems) {
        Set<String> known = found(KNOWN, problems)
                .flatMap(names -> Stream.of(names.split(", ")))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        assertThat(fields.stream().map(Field::name)).containsExactlyInAnyOrderElementsOf(known);
        assertThat(fields.stream().filter(Field::required).map(Field::name))
                .containsExactlyInAnyOrderElementsOf(found(WANTED, problems).toList());
    }

    private static Stream<String> found(Pattern pattern, List<String> problems) {
        return problems.stream()
                .flatMap(problem -> pattern.matcher(problem).results())
                .map((MatchResult result) -> result.group(1));
    }
}
