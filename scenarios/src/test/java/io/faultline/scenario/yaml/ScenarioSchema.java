package io.faultline.scenario.yaml;

import com.google.gson.GsonBuilder;
import io.faultline.fault.FaultSpec;
import io.faultline.history.Claim;
import io.faultline.scenario.reference.Program;
import io.faultline.scenario.yaml.Vocabulary.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The JSON Schema of scenario files, for editors: made of the {@link Vocabulary} and of the faults on the class path. */
final class ScenarioSchema {

    private static final String USE = "\\$\\{[^}]+\\}";
    private static final String ID = "urn:faultline:scenario:1";

    private ScenarioSchema() {}

    static String json() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", ID);
        schema.put("title", "Faultline scenario");
        schema.put("description", "A steady state, faults, and what is expected under and after them.");
        schema.putAll(fields(Vocabulary.SCENARIO));
        schema.put("$defs", definitions());
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(schema) + "\n";
    }

    private static Map<String, Object> definitions() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("use", ordered("type", "string", "pattern", USE));
        all.put("format", Map.of("const", 1));
        all.put("text", ordered("type", List.of("string", "number", "boolean")));
        all.put("texts", oneOrMore(ref("text")));
        all.put("texts by name", byName(ref("text"), ".+"));
        all.put("environment", ref("texts by name"));
        all.put("name", ordered("type", "string", "pattern", "^[a-z0-9]+(-[a-z0-9]+)*$"));
        all.put("names", oneOrMore(ref("name")));
        all.put("time", ordered("type", "string", "pattern", "^(\\d+(\\.\\d+)? ?(ms|s|m)|.*" + USE + ".*)$"));
        all.put("truth", orUse(ordered("type", "boolean")));
        all.put("whole", whole(1, Integer.MAX_VALUE));
        all.put("times", whole(1, 1000));
        all.put("port", whole(1, 65535));
        all.put("statuses", oneOrMore(whole(200, 599)));
        all.put("exitCode", whole(0, 255));
        all.put("exitCodes", oneOrMore(whole(0, 255)));
        all.put("processes", whole(1, 16));
        all.put("codes", oneOrMore(whole(1, 599)));
        all.put(
                "claims",
                oneOrMore(choice(HistoryReader.CLAIMS.stream().map(Claim::label).toList())));
        all.put("state", choice(List.of("passing", "failing")));
        all.put("work", choice(List.of("work", "fail", "answer")));
        all.put("healthy", choice(List.of("healthy")));
        all.put("process", choice(List.of("running", "ended")));
        all.put("database", choice(List.of("postgresql", "mariadb", "mysql")));
        all.put("roles", byName(ref("text"), "^[a-z][a-z0-9-]{0,39}$"));
        all.put("parameter", fields(Vocabulary.PARAMETER));
        all.put("parameters", byName(ref("parameter"), "^[a-z0-9]+(-[a-z0-9]+)*$"));
        all.put("probes", byName(ref("probe"), ".+"));
        all.put("probeUse", Map.of("anyOf", List.of(ordered("type", "string"), ref("probe"))));
        all.put("probeUses", oneOrMore(ref("probeUse")));
        all.put("steady", Map.of("anyOf", List.of(ref("probeUses"), fields(Vocabulary.STEADY))));
        all.put(
                "program",
                choice(Stream.of(Program.values()).map(Program::toString).toList()));
        all.put("programs", oneOrMore(ref("program")));
        all.put("role's program", Map.of("anyOf", List.of(ref("programs"), fields(Vocabulary.PROGRAM))));
        all.put("reference", byName(ref("role's program"), "^[a-z][a-z0-9-]{0,39}$"));
        all.put("probe", oneKind(Vocabulary.PROBES));
        all.put("steps", ordered("type", "array", "minItems", 1, "items", ref("step")));
        all.put("branches", ordered("type", "array", "minItems", 2, "items", ref("steps")));
        all.put(
                "step",
                Map.of(
                        "oneOf",
                        Vocabulary.STEPS.keySet().stream()
                                .map(ScenarioSchema::step)
                                .toList()));
        all.put("faults", oneOrMore(ref("fault")));
        all.put("fault", fault());
        return all;
    }

    private static Map<String, Object> ref(String definition) {
        return Map.of("$ref", "#/$defs/" + definition.replace(" ", "%20"));
    }

    private static Map<String, Object> orUse(Map<String, Object> schema) {
        return ordered("anyOf", List.of(schema, ref("use")));
    }

    private static Map<String, Object> whole(int least, int most) {
        return orUse(ordered("type", "integer", "minimum", least, "maximum", most));
    }

    private static Map<String, Object> choice(List<String> words) {
        return orUse(Map.of("enum", words));
    }

    private static Map<String, Object> oneOrMore(Map<String, Object> one) {
        return Map.of("anyOf", List.of(one, ordered("type", "array", "minItems", 1, "items", one)));
    }

    private static Map<String, Object> byName(Map<String, Object> value, String names) {
        return ordered(
                "type",
                "object",
                "minProperties",
                1,
                "propertyNames",
                Map.of("pattern", names),
                "additionalProperties",
                value);
    }

    private static Map<String, Object> fields(List<Field> fields) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Field field : fields) {
            String standard = field.standard().isEmpty() ? "" : " Default: " + field.standard() + ".";
            properties.put(
                    field.name(),
                    ordered(
                            "description",
                            sentence(field.about()) + standard,
                            "$ref",
                            ref(field.type()).get("$ref")));
        }
        return object(
                properties,
                fields.stream().filter(Field::required).map(Field::name).toList());
    }

    private static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
        return ordered("type", "object", "properties", properties, "required", required, "additionalProperties", false);
    }

    private static Map<String, Object> oneKind(Map<String, List<Field>> kinds) {
        Map<String, Object> properties = new LinkedHashMap<>();
        kinds.forEach((kind, fields) -> {
            Map<String, Object> described =
                    ordered("description", sentence("whether " + Vocabulary.MEANINGS.get(kind)));
            described.putAll(fields(fields));
            properties.put(kind, described);
        });
        return ordered(
                "type",
                "object",
                "minProperties",
                1,
                "maxProperties",
                1,
                "properties",
                properties,
                "additionalProperties",
                false);
    }

    private static Map<String, Object> step(String kind) {
        Map<String, Object> described = ordered("title", kind, "description", sentence(Vocabulary.MEANINGS.get(kind)));
        described.putAll(fields(Vocabulary.STEPS.get(kind)));
        return described;
    }

    private static Map<String, Object> fault() {
        Map<String, Object> properties = new LinkedHashMap<>();
        FaultSpec.all().forEach(spec -> properties.put(spec.name(), FaultSchema.of(spec)));
        return ordered("type", "object", "minProperties", 1, "properties", properties, "additionalProperties", false);
    }

    private static String sentence(String text) {
        String end = text.endsWith(".") ? "" : ".";
        return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1) + end;
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
