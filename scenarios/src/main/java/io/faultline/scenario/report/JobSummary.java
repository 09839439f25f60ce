package io.faultline.scenario.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/** The page that GitHub's CI shows of a job: a file, named by an environment variable, that every step adds to. */
public final class JobSummary {

    /** The variable that names the file. */
    static final String VARIABLE = "GITHUB_STEP_SUMMARY";

    private final Path file;

    private JobSummary(Path file) {
        this.file = file;
    }

    /** The one of this job, if there is one. */
    public static Optional<JobSummary> in(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(name -> !name.isBlank())
                .map(name -> new JobSummary(Path.of(name)));
    }

    /**
     * Adds a report at its end.
     *
     * @throws IOException if it cannot be written; its message says what to do
     */
    public void add(Report report, Comparison comparison) throws IOException {
        try {
            Files.writeString(
                    file, SummaryMarkdown.of(report, comparison), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IOException(
                    "Cannot add the summary to \"" + file + "\", which " + VARIABLE + " names: " + e
                            + ". Let it name a file that can be written to, or unset it.",
                    e);
        }
    }
}
