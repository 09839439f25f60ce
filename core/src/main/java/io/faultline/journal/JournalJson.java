package io.faultline.journal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Writes a journal as JSON: times in nanoseconds since its beginning, and as ISO 8601 instants. */
@API(status = Status.INTERNAL)
public final class JournalJson {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private JournalJson() {}

    /** {@code {"began": …, "events": [{"kind", "at_ns", "wall_clock", "text", "facts"}]}} */
    public static JsonObject of(Journal journal) {
        JsonObject json = new JsonObject();
        json.addProperty("began", journal.began().toString());
        JsonArray events = new JsonArray();
        for (Event event : journal.events()) {
            JsonObject one = new JsonObject();
            one.addProperty("kind", event.kind().name());
            one.addProperty("at_ns", event.at().toNanos());
            one.addProperty("wall_clock", event.wallClock().toString());
            one.addProperty("text", event.text());
            one.add("facts", GSON.toJsonTree(event.facts()));
            events.add(one);
        }
        json.add("events", events);
        return json;
    }
}
