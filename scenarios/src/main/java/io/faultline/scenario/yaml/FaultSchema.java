package io.faultline.scenario.yaml;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.faultline.fault.FaultComponent;
import io.faultline.fault.FaultSpec;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the JSON Schema of scenario files says about faults. */
public final class FaultSchema {

    private static final String FILE = "/io/faultline/scenario/schema/scenario.schema.json";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private FaultSchema() {}

    /** The schema of scenario files with every fault on the class path, those of other jars too; ends with a line break. */
    public static String ofScenarios() {
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(FaultSchema.class.getResourceAsStream(FILE), FILE), StandardCharsets.UTF_8)) {
            JsonObject schema = JsonParser.parseReader(reader).getAsJsonObject();
            JsonObject faults =
                    schema.getAsJsonObject("$defs").getAsJsonObject("fault").getAsJsonObject("properties");
            FaultSpec.all().stream()
                    .filter(spec -> !faults.has(spec.name()))
                    .forEach(spec -> faults.add(spec.name(), GSON.toJsonTree(of(spec))));
            return GSON.toJson(schema) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its components, or its target alone if it needs no more. */
    static Map<String, Object> of(FaultSpec spec) {
        Map<String, Object> properties = new LinkedHashMap<>();
        spec.components().forEach(component -> properties.put(component.name(), of(component)));
        List<String> required = spec.components().stream()
                .filter(FaultComponent::isRequired)
                .map(FaultComponent::name)
                .toList();
        List<Object> forms = new ArrayList<>();
        if (required.equals(List.of(FaultComponent.TARGET))) {
            forms.add(Objects.requireNonNull(properties.get(FaultComponent.TARGET)));
        }
        forms.add(ordered(
                "type", "object", "properties", properties, "required", required, "additionalProperties", false));
        return ordered("description", spec.about(), "anyOf", forms);
    }

    private static Map<String, Object> of(FaultComponent component) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", component.about());
        component.standard().ifPresent(standard -> schema.put("default", standard(component.type(), standard)));
        schema.putAll(type(component));
        return schema;
    }

    private static Map<String, Object> type(FaultComponent component) {
        if (component.isList()) {
            return ref("texts");
        }
        if (!component.choices().isEmpty()) {
            return orUse(Map.of("enum", component.choices()));
        }
        Class<?> type = component.type();
        if (!type.isPrimitive()) {
            return ref(type == Duration.class ? "time" : "text");
        }
        return orUse(Map.of("type", type == boolean.class ? "boolean" : type == double.class ? "number" : "integer"));
    }

    private static Map<String, Object> ref(String definition) {
        return Map.of("$ref", "#/$defs/" + definition);
    }

    private static Map<String, Object> orUse(Map<String, Object> schema) {
        return Map.of("anyOf", List.of(schema, ref("use")));
    }

    private static Object standard(Class<?> type, String standard) {
        if (type == boolean.class) {
            return Boolean.valueOf(standard);
        }
        if (type == double.class) {
            return Double.valueOf(standard);
        }
        return type.isPrimitive() ? (Object) Long.valueOf(standard) : standard;
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
