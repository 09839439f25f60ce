package io.faultline.scenario.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The fields of a mapping. Those that nobody has asked for at the end are a problem each. For one thread. */
final class Fields {

    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, Optional<Mark>> keys = new LinkedHashMap<>();
    private final List<String> known = new ArrayList<>();
    private final Optional<Mark> where;
    private final String what;
    private final Reading reading;

    Fields(MappingNode mapping, String what, Reading reading) {
        this.where = mapping.getStartMark();
        this.what = what;
        this.reading = reading;
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key) {
                values.put(key.getValue(), new Value(tuple.getValueNode(), reading));
                keys.put(key.getValue(), key.getStartMark());
            } else {
                reading.problem(tuple.getKeyNode().getStartMark(), "the name of a field is a text.");
            }
        }
    }

    /** All that are written, in their order. */
    List<String> names() {
        return List.copyOf(values.keySet());
    }

    Optional<Value> optional(String name) {
        known.add(name);
        return Optional.ofNullable(values.get(name));
    }

    /** The field; without it there is a problem, and it is empty. */
    Optional<Value> required(String name) {
        Optional<Value> value = optional(name);
        if (value.isEmpty()) {
            reading.problem(where, what + " has no \"" + name + "\".");
        }
        return value;
    }

    String text(String name) {
        return required(name).flatMap(Value::text).orElse("");
    }

    String text(String name, String otherwise) {
        return optional(name).flatMap(Value::text).orElse(otherwise);
    }

    /** Each field by its name, none of which is known beforehand. */
    void each(Consumer<String> action) {
        names().forEach(name -> {
            known.add(name);
            action.accept(name);
        });
    }

    /** Where a field's name stands. */
    Optional<Mark> whereIs(String name) {
        return keys.getOrDefault(name, where);
    }

    /** Says of each field that nobody has asked for that it is not known. */
    void end() {
        List<String> meant =
                known.stream().filter(name -> !values.containsKey(name)).toList();
        keys.forEach((name, mark) -> {
            if (!known.contains(name)) {
                reading.problem(
                        mark,
                        what + " has no field \"" + name + "\" (there are: "
                                + String.join(", ", known.stream().distinct().toList()) + ")."
                                + Suggestion.of(name, meant));
            }
        });
    }
}
