package io.faultline.scenario.cli;

import io.faultline.scenario.report.Baseline;
import io.faultline.scenario.report.Comparison;
import io.faultline.scenario.report.JobSummary;
import io.faultline.scenario.report.Report;
import io.faultline.scenario.report.ReportFolder;
import io.faultline.scenario.report.UnusableBaselineException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where reports go, and what they are compared with. */
final class ReportOptions {

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            defaultValue = "faultline-report",
            description =
                    "Write index.html, report.json, junit.xml and summary.md there. It is made if it is not there. "
                            + "Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("faultline-report");

    @Option(
            names = "--compare-with",
            paramLabel = "FILE",
            description = "Say what changed since an earlier run, whose report.json this is.")
    private Optional<Path> compareWith = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** What was found out before the run, so that it is not in vain: there is a folder to write to, and a report to compare with. */
    record Prepared(ReportFolder folder, Optional<Baseline> baseline) {}

    /** @throws ParameterException if reports cannot be written, or there is nothing to compare them with */
    Prepared prepare() {
        try {
            // Read before the folder is made: it may be the same one.
            Optional<Baseline> baseline = compareWith.map(Baseline::read);
            return new Prepared(ReportFolder.open(out), baseline);
        } catch (IOException | UnusableBaselineException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    void publish(Report report, Prepared prepared, boolean quiet) throws IOException {
        Comparison comparison = prepared.baseline()
                .map(earlier -> Comparison.of(earlier, report.results()))
                .orElseGet(Comparison::none);
        PrintWriter reporter = spec.commandLine().getOut();
        ComparisonText.lines(report.results(), comparison).forEach(reporter::println);
        prepared.folder().write(report, comparison);
        if (!quiet) {
            reporter.println(
                    "page: " + out.resolve("index.html").toAbsolutePath().normalize());
        }
        Optional<JobSummary> summary = JobSummary.in(System.getenv());
        if (summary.isPresent()) {
            summary.get().add(report, comparison);
        }
    }
}
