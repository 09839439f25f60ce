package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.scenario.Result;
import io.faultline.scenario.report.Baseline.Earlier;
import io.faultline.scenario.report.Difference.Turn;
import io.faultline.verify.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {

    private static final Result NOW = Results.held(); // noticed after 3050 ms

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "3050, ''",
        "2600, ''",
        "2541, 'WORSE noticed 0.51 s later (3.05 s, was 2.54 s)'",
        "3812, ''",
        "3813, 'BETTER noticed 0.76 s sooner (3.05 s, was 3.81 s)'",
        "1, 'WORSE noticed 3.05 s later (3.05 s, was 1 ms)'"
    })
    void tellsOfTimesThatDifferByMoreThanNoise(long millis, String told) {
        assertThat(differences(Outcome.HELD, Duration.ofMillis(millis))).isEqualTo(told);
    }

    @Test
    void takesATenthOfASecondForNoiseHoweverShortTheTime() {
        Result quick = SampleReport.restart(); // noticed after 12 ms
        Earlier then = earlier(quick, Outcome.HELD, Duration.ofMillis(112));

        assertThat(of(quick, then).of(quick)).isEmpty();
    }

    @Test
    void tellsOfVerdictsThatChanged() {
        assertThat(differences(Outcome.BROKEN, Duration.ofMillis(3050))).isEqualTo("BETTER HELD, was BROKEN");
        assertThat(of(Results.broken(), earlier(Results.broken(), Outcome.HELD, Duration.ZERO))
                        .of(Results.broken()))
                .isEmpty(); // it is asked of another result than it was made for
        Result broken = Results.broken();
        assertThat(of(broken, earlier(broken, Outcome.HELD, Duration.ZERO)).of(broken))
                .containsExactly(new Difference(Turn.WORSE, "BROKEN, was HELD"));
    }

    @Test
    void tellsWhatIsNewAndWhatIsGone() {
        Earlier other = new Earlier(
                "dns-outage", "naive client", Outcome.HELD, Optional.empty(), Optional.empty(), Optional.empty());
        Comparison comparison = of(NOW, other);

        assertThat(comparison.of(NOW)).containsExactly(new Difference(Turn.NEUTRAL, "new"));
        assertThat(comparison.gone()).containsExactly("dns-outage (naive client), which was HELD");
        assertThat(comparison.with()).contains("run 89abcdef of 1970-01-01 00:00 UTC");
    }

    @Test
    void comparesTheFirstWithTheFirstOfOneThatWasPlayedTwice() {
        Result again = Results.held();
        Comparison comparison = Comparison.of(
                new Baseline(
                        "89abcdef",
                        Instant.EPOCH,
                        List.of(
                                earlier(NOW, Outcome.HELD, Duration.ofMillis(3050)),
                                earlier(NOW, Outcome.BROKEN, Duration.ofMillis(3050)))),
                List.of(NOW, again));

        assertThat(comparison.of(NOW)).isEmpty();
        assertThat(comparison.of(again)).containsExactly(new Difference(Turn.BETTER, "HELD, was BROKEN"));
        assertThat(comparison.gone()).isEmpty();
    }

    @Test
    void readsWhatAnEarlierRunHasWritten() throws IOException {
        Report report = SampleReport.report();
        ReportFolder.open(folder).write(report, Comparison.none());

        Comparison comparison = Comparison.of(Baseline.read(folder.resolve("report.json")), report.results());

        assertThat(comparison.with()).contains("run 0123abcd of 2026-11-23 16:45 UTC");
        assertThat(report.results())
                .allSatisfy(result -> assertThat(comparison.of(result)).isEmpty());
        assertThat(comparison.gone()).isEmpty();
    }

    @Test
    void saysWhatToDoAboutAFileThatItCannotUse() throws IOException {
        assertRefused("missing.json", "no such file. Name the report.json of an earlier run");
        Files.writeString(folder.resolve("text.json"), "no JSON {");
        assertRefused("text.json", "no report.json of Faultline's");
        Files.writeString(folder.resolve("other.json"), "{\"name\": 1}");
        assertRefused("other.json", "no report.json of Faultline's");
        Files.writeString(folder.resolve("list.json"), "[]");
        assertRefused("list.json", "no report.json of Faultline's");
        Files.writeString(folder.resolve("half.json"), "{\"schema\": 1, \"scenarios\": [{\"name\": \"x\"}]}");
        assertRefused("half.json", "no report.json of Faultline's");
        Files.writeString(folder.resolve("empty.json"), "");
        assertRefused("empty.json", "no report.json of Faultline's");
        Files.writeString(
                folder.resolve("then.json"), "{\"schema\": 1, \"run\": \"x\", \"began\": \"then\", \"scenarios\": []}");
        assertRefused("then.json", "no report.json of Faultline's");
        Files.writeString(folder.resolve("later.json"), "{\"schema\": 2}");
        assertRefused("later.json", "its schema is 2, and this Faultline reads 1. Write it again");
        assertRefused(".", "Name a file that can be read");
    }

    private void assertRefused(String file, String why) {
        assertThatThrownBy(() -> Baseline.read(folder.resolve(file)))
                .isInstanceOf(UnusableBaselineException.class)
                .hasMessageStartingWith("Cannot compare with \"" + folder.resolve(file) + "\": ")
                .hasMessageContaining(why);
    }

    private static String differences(Outcome outcome, Duration detected) {
        return of(NOW, earlier(NOW, outcome, detected)).of(NOW).stream()
                .map(difference -> difference.turn() + " " + difference.text())
                .reduce("", (one, other) -> one + other);
    }

    private static Comparison of(Result now, Earlier then) {
        return Comparison.of(new Baseline("89abcdef", Instant.EPOCH, List.of(then)), List.of(now));
    }

    private static Earlier earlier(Result now, Outcome outcome, Duration detected) {
        return new Earlier(
                now.scenario(),
                now.settings().toString(),
                outcome,
                Optional.of(detected),
                now.timeToRecover(),
                Optional.empty());
    }
}
