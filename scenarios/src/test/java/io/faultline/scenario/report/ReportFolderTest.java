package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFolderTest {

    @TempDir
    private Path temporary;

    @Test
    void makesTheFolderAndLeavesOnlyReportsInIt() throws IOException {
        Path folder = temporary.resolve("a/b");

        ReportFolder reports = ReportFolder.open(folder);
        assertThat(folder).isEmptyDirectory();
        reports.write(Results.report(Results.held()), Comparison.none());
        reports.write(Results.report(Results.broken()), Comparison.none());

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("report.json", "junit.xml", "summary.md", "index.html");
        }
        assertThat(folder.resolve("report.json")).content().contains("BROKEN");
    }

    @Test
    void saysWhyItCannotBeWrittenToAnyMore() throws IOException {
        Path folder = temporary.resolve("out");
        ReportFolder reports = ReportFolder.open(folder);
        Files.delete(folder);

        assertThatThrownBy(() -> reports.write(Results.report(Results.held()), Comparison.none()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot write reports to \"" + folder + "\"");
    }

    @Test
    void saysWhyItCannotBeWrittenTo() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> ReportFolder.open(file.resolve("out")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"" + file.resolve("out") + "\"")
                .hasMessageContaining("Not a directory");
    }

    @Test
    void writesForEveryoneWhateverTheReportSays() throws IOException {
        ReportFolder.open(temporary).write(SampleReport.report(), Comparison.none());

        for (String name : List.of("index.html", "report.json", "junit.xml", "summary.md")) {
            assertThat(Files.getPosixFilePermissions(temporary.resolve(name)))
                    .as(name)
                    .isEqualTo(Files.getPosixFilePermissions(Files.createFile(temporary.resolve("like-" + name))));
        }
    }
}
