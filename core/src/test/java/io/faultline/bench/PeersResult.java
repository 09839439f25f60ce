package io.faultline.bench;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What {@code dev/bench peers} has measured, as its file holds it.
 *
 * @param date as 2026-11-29
 * @param machine what it was measured on, in one line
 * @param load the machine's load in the minute before, without the bench's own
 * @param note what could not be measured, and why; else empty
 */
record PeersResult(String date, String machine, String load, int rounds, List<Group> groups, String note) {

    /** How the names of Faultline's own rows begin. */
    static final String OURS = "Faultline ";

    /** Ways to the same effect. The first is Faultline's; the others are compared to it. */
    record Group(String title, List<Row> rows) {

        Row first() {
            return rows.get(0);
        }

        static Group of(Map.Entry<String, List<Contender>> measured) {
            return new Group(
                    measured.getKey(), measured.getValue().stream().map(Row::of).toList());
        }
    }

    /** One way; in milliseconds. */
    record Row(String name, double injectP50, double injectP95, double healP50, double healP95) {

        static Row of(Contender measured) {
            return new Row(
                    measured.name(),
                    measured.injectMillis(50),
                    measured.injectMillis(95),
                    measured.healMillis(50),
                    measured.healMillis(95));
        }

        boolean isOurs() {
            return name.startsWith(OURS);
        }
    }

    /** The titles and the rows. */
    int lines() {
        return groups.stream().mapToInt(group -> 1 + group.rows().size()).sum();
    }

    static PeersResult read(Path json) throws IOException {
        return new GsonBuilder().create().fromJson(Files.readString(json), PeersResult.class);
    }

    void write(Path json) throws IOException {
        Files.createDirectories(json.toAbsolutePath().getParent());
        Files.writeString(
                json,
                new GsonBuilder()
                        .disableHtmlEscaping()
                        .setPrettyPrinting()
                        .create()
                        .toJson(this));
        System.out.println("written to " + json);
    }
}
