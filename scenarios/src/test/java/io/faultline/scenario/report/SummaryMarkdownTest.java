package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.scenario.Result;
import io.faultline.scenario.Variant;
import io.faultline.verify.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SummaryMarkdownTest {

    @TempDir
    private Path folder;

    @Test
    void givesARowToEachScenarioAndASectionToWhatDidNotHold() {
        Report report = SampleReport.report(List.of(SampleReport.held(), SampleReport.broken()));

        assertThat(SummaryMarkdown.of(report, Comparison.none()))
                .startsWith("## Faultline: 1 HELD, 1 BROKEN\n\nRun 0123abcd with Faultline 0.1.0 on ")
                .contains("| verdict | scenario | noticed | recovered | ended |\n|---|---|---|---|---|\n")
                .contains(
                        "| ✓ **HELD** | silent-partition (resilient jedis-worker) | 3.06 s of 5.00 s | 1.05 s of 10.00 s | – |")
                .contains("\n### ✗ BROKEN: silent-partition (naive jedis-worker)\n\nA worker waits for jobs")
                .contains("**What to do:** Set keepalive on the client's socket (SO\\_KEEPALIVE with")
                .contains("**How to fix it:** Set keepalive on the socket")
                .doesNotContain("### ✓", "compared");
    }

    @Test
    void letsNoTextBreakTheTableOrBecomeHtml() {
        Report report = SampleReport.report(List.of(EdgeCases.hostile()));
        String markdown = SummaryMarkdown.of(report, SampleReport.comparison(SampleReport.report()));

        assertThat(markdown)
                .contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; \"&amp;amp;' \\| \\`x\\` ␛\\[31mred")
                .doesNotContain("<", "\u0007", "\u202E");
        assertThat(markdown.lines().filter(line -> line.startsWith("|")))
                .allSatisfy(row -> assertThat(row.replace("\\|", "")
                                .chars()
                                .filter(c -> c == '|')
                                .count())
                        .isEqualTo(7));
    }

    @ParameterizedTest
    @CsvSource({"'- a','\\- a'", "'# a','\\# a'", "'12. a','12\\. a'", "'===','\\==='", "'2.5 s','2.5 s'"})
    void letsNoTextBecomeAListOrAHeading(String text, String written) {
        Result result =
                new Told("a-scenario", Variant.NAIVE, "jedis-worker", "title", "why").verdict(0, Outcome.BROKEN, text);

        assertThat(SummaryMarkdown.of(SampleReport.report(List.of(result)), Comparison.none()))
                .contains("\n" + written + "\n");
    }

    @Test
    void tellsWhatChanged() {
        Report report = SampleReport.report();

        assertThat(SummaryMarkdown.of(report, SampleReport.comparison(report)))
                .contains("| ▼ noticed 1.21 s later (3.06 s, was 1.85 s) |", "| ▼ BROKEN, was HELD |", "| • new |")
                .contains("Compared with run 89abcdef of 2026", "- No longer played: dns-outage (naive client)");
    }

    @Test
    void addsToWhatOtherStepsHaveWrittenForTheJob() throws IOException {
        Path file = Files.writeString(folder.resolve("summary"), "# Build\n");
        JobSummary summary =
                JobSummary.in(Map.of(JobSummary.VARIABLE, file.toString())).orElseThrow();

        summary.add(Results.report(Results.held()), Comparison.none());

        assertThat(file).content().startsWith("# Build\n## Faultline: 1 HELD");
        assertThat(JobSummary.in(Map.of())).isEmpty();
        assertThat(JobSummary.in(Map.of(JobSummary.VARIABLE, ""))).isEmpty();
    }

    @Test
    void saysWhyItCannotAddToTheJobsSummary() {
        JobSummary summary =
                JobSummary.in(Map.of(JobSummary.VARIABLE, folder.toString())).orElseThrow();

        assertThatThrownBy(() -> summary.add(Results.report(), Comparison.none()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "Cannot add the summary to \"" + folder + "\"", "GITHUB_STEP_SUMMARY", "unset it");
    }
}
