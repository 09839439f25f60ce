package io.faultline.scenario.system;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Compose file as Compose itself understands it, with all that it includes and the variables filled in. */
record ComposeModel(JsonObject json) {

    static ComposeModel parsed(String text) {
        return new ComposeModel(JsonParser.parseString(text).getAsJsonObject());
    }

    List<String> services() {
        return new ArrayList<>(section("services").keySet());
    }

    /**
     * A second file that puts labels on all that Compose will make for this project. What others have made is not labelled,
     * nor what is shared by a name of its own: it is not ours to remove.
     */
    String labelling(String project, Map<String, String> labels) {
        JsonObject override = new JsonObject();
        for (String kind : List.of("services", "networks", "volumes")) {
            JsonObject labelled = new JsonObject();
            section(kind).entrySet().stream()
                    .filter(entry -> kind.equals("services") || isOwn(entry.getValue(), project))
                    .forEach(entry -> labelled.add(entry.getKey(), labelled(entry.getValue(), labels)));
            if (labelled.size() > 0) {
                override.add(kind, labelled);
            }
        }
        return override.toString();
    }

    private JsonObject section(String name) {
        return json.has(name) ? json.getAsJsonObject(name) : new JsonObject();
    }

    private static boolean isOwn(JsonElement element, String project) {
        return element.isJsonObject()
                && !element.getAsJsonObject().has("external")
                && element.getAsJsonObject().get("name").getAsString().startsWith(project + "_");
    }

    private static JsonObject labelled(JsonElement element, Map<String, String> labels) {
        JsonObject labelled = labelled(labels);
        if (isBuiltUnderNoName(element)) {
            labelled.add("build", labelled(labels));
        }
        return labelled;
    }

    /** Whether Compose builds the service's image and calls it after the project. */
    private static boolean isBuiltUnderNoName(JsonElement element) {
        return element.isJsonObject()
                && element.getAsJsonObject().has("build")
                && !element.getAsJsonObject().has("image");
    }

    private static JsonObject labelled(Map<String, String> labels) {
        JsonObject values = new JsonObject();
        labels.forEach(values::addProperty);
        JsonObject labelled = new JsonObject();
        labelled.add("labels", values);
        return labelled;
    }
}
