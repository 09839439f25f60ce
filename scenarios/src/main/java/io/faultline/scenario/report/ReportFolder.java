package io.faultline.scenario.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Where a run's report files go. Each appears whole or not at all, so that no reader sees half a file. */
public final class ReportFolder {

    private final Path folder;

    private ReportFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder if it is not there, and tries to write to it.
     *
     * @throws IOException if reports could not be written there after the run; its message says why, for people
     */
    public static ReportFolder open(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".faultline", ".tmp"));
        } catch (IOException e) {
            throw refused(folder, e);
        }
        return new ReportFolder(folder);
    }

    private static IOException refused(Path folder, IOException e) {
        return new IOException(
                "Cannot write reports to \"" + folder + "\": " + why(e) + ". Name a folder that can be written to.", e);
    }

    // A FileSystemException's message repeats the path; its class alone says what was wrong, where there is no reason.
    private static String why(IOException e) {
        return e instanceof java.nio.file.FileSystemException failed && failed.getReason() != null
                ? failed.getReason()
                : e.toString();
    }

    /**
     * Writes all files, each of them whole or not at all.
     *
     * @throws IOException if a file could not be written; its message says why, for people
     */
    public void write(Report report, Comparison comparison) throws IOException {
        try {
            write("report.json", ReportJson.of(report));
            write("junit.xml", JunitXml.of(report));
            write("summary.md", SummaryMarkdown.of(report, comparison));
            write("index.html", Page.of(report, comparison));
        } catch (IOException e) {
            throw refused(folder, e);
        }
    }

    private void write(String name, String text) throws IOException {
        // Not createTempFile, whose files are for their owner alone: CI often collects reports as somebody else.
        Path temporary = folder.resolve(".faultline-" + UUID.randomUUID() + ".tmp");
        try {
            // Not writeString, which refuses half a surrogate pair: a program's odd output must not cost the report.
            Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
            Files.move(temporary, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
