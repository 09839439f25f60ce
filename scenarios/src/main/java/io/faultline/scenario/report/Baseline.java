package io.faultline.scenario.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.faultline.verify.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an earlier run's report.json tells of its scenarios, to compare another run with.
 *
 * @param run the earlier run's id
 */
public record Baseline(String run, Instant began, List<Earlier> scenarios) {

    /** What came out of one scenario then. */
    record Earlier(
            String name,
            String settings,
            Outcome outcome,
            Optional<Duration> timeToDetect,
            Optional<Duration> timeToRecover,
            Optional<Duration> timeToEnd) {}

    public Baseline {
        scenarios = List.copyOf(scenarios);
    }

    /**
     * Reads a report.json.
     *
     * @throws UnusableBaselineException if it cannot be read, or is something else; its message says what to do
     */
    public static Baseline read(Path file) {
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            requireVersion(file, json);
            List<Earlier> scenarios = new ArrayList<>();
            for (JsonElement scenario : json.getAsJsonArray("scenarios")) {
                scenarios.add(earlier(scenario.getAsJsonObject()));
            }
            return new Baseline(text(json, "run"), Instant.parse(text(json, "began")), scenarios);
        } catch (NoSuchFileException e) {
            throw new UnusableBaselineException(
                    file, "there is no such file. Name the report.json of an earlier run", e);
        } catch (IOException e) {
            throw new UnusableBaselineException(file, e + ". Name a file that can be read", e);
        } catch (JsonParseException
                | DateTimeException
                | IllegalStateException
                | IllegalArgumentException
                | NullPointerException e) {
            throw new UnusableBaselineException(
                    file, "it is no report.json of Faultline's. Name one that 'run --out' has written", e);
        }
    }

    private static void requireVersion(Path file, JsonObject json) {
        int version = Optional.ofNullable(json.get("schema"))
                .map(JsonElement::getAsInt)
                .orElseThrow(() -> new IllegalStateException("no version"));
        if (version != ReportJson.SCHEMA) {
            throw new UnusableBaselineException(
                    file,
                    "its schema is " + version + ", and this Faultline reads " + ReportJson.SCHEMA
                            + ". Write it again, with 'run --out' of this version",
                    new IllegalStateException("schema " + version));
        }
    }

    private static Earlier earlier(JsonObject json) {
        return new Earlier(
                text(json, "name"),
                text(json, "settings"),
                Outcome.valueOf(text(json, "outcome")),
                nanos(json, "time_to_detect_ns"),
                nanos(json, "time_to_recover_ns"),
                nanos(json, "time_to_end_ns"));
    }

    private static String text(JsonObject json, String name) {
        return Optional.ofNullable(json.get(name))
                .map(JsonElement::getAsString)
                .orElseThrow(() -> new IllegalStateException("no " + name));
    }

    private static Optional<Duration> nanos(JsonObject json, String name) {
        return Optional.ofNullable(json.get(name)).map(JsonElement::getAsLong).map(Duration::ofNanos);
    }
}
