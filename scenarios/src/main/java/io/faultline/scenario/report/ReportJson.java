package io.faultline.scenario.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.faultline.journal.JournalJson;
import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import java.time.Duration;
import java.util.Optional;

/**
 * Writes a report as JSON. Durations are in nanoseconds; what is unknown is left out. Its
 * schema is the resource {@code io/faultline/scenario/schema/report.schema.json}.
 */
final class ReportJson {

    /** Raised when a reader of the last version would misread the next. */
    static final int SCHEMA = 1;

    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    private ReportJson() {}

    static String of(Report report) {
        JsonObject json = new JsonObject();
        json.addProperty("schema", SCHEMA);
        json.addProperty("faultline", report.version());
        json.addProperty("run", report.run());
        json.addProperty("engine", report.engine());
        json.addProperty("began", report.began().toString());
        json.addProperty("interrupted", report.interrupted());
        report.seed().ifPresent(seed -> json.addProperty("seed", seed));
        JsonArray scenarios = new JsonArray();
        report.results().forEach(result -> scenarios.add(scenario(result)));
        json.add("scenarios", scenarios);
        return GSON.toJson(json) + "\n";
    }

    private static JsonObject scenario(Result result) {
        JsonObject json = new JsonObject();
        json.addProperty("name", result.scenario());
        json.add("about", about(result.about()));
        json.addProperty("settings", result.settings().toString());
        result.settings().variant().ifPresent(variant -> json.addProperty("variant", variant.toString()));
        json.addProperty("system", result.settings().system());
        json.addProperty("round", result.settings().round());
        json.addProperty("outcome", result.verdict().outcome().name());
        json.addProperty("cause", result.verdict().cause().name());
        json.addProperty("reason", result.verdict().reason());
        result.verdict().attribution().ifPresent(found -> json.addProperty("attribution", found));
        result.verdict().advice().ifPresent(advice -> json.addProperty("advice", advice));
        json.addProperty("took_ns", result.took().toNanos());
        nanos(json, "time_to_detect_ns", result.timeToDetect());
        nanos(json, "time_to_recover_ns", result.timeToRecover());
        nanos(json, "time_to_end_ns", result.timeToEnd());
        json.add("journal", JournalJson.of(result.journal()));
        result.control().ifPresent(control -> json.add("control", JournalJson.of(control)));
        return json;
    }

    private static JsonObject about(About about) {
        JsonObject json = new JsonObject();
        json.addProperty("title", about.title());
        json.addProperty("why", about.why());
        json.addProperty("good", about.good());
        json.addProperty("fix", about.fix());
        json.add("tags", GSON.toJsonTree(about.tags()));
        nanos(json, "bound_to_detect_ns", about.boundToDetect());
        nanos(json, "bound_to_recover_ns", about.boundToRecover());
        nanos(json, "bound_to_end_ns", about.boundToEnd());
        return json;
    }

    private static void nanos(JsonObject json, String name, Optional<Duration> duration) {
        duration.ifPresent(known -> json.addProperty(name, known.toNanos()));
    }
}
