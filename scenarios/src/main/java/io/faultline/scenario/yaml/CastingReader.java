package io.faultline.scenario.yaml;

import io.faultline.scenario.model.Casting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads which programs play the roles where nobody else does. */
final class CastingReader {

    private CastingReader() {}

    static List<Casting> read(Optional<Value> value, Set<String> roles) {
        List<Casting> all = new ArrayList<>();
        value.flatMap(reference -> reference.fields("reference")).ifPresent(parts -> {
            parts.each(role -> {
                Value part = parts.required(role).orElseThrow();
                if (!roles.contains(role)) {
                    part.problem("there is no role \"" + role + "\" (there are: " + roles + ")."
                            + Suggestion.of(role, roles));
                }
                casting(role, part).ifPresent(all::add);
            });
            roles.stream()
                    .filter(role -> !parts.names().contains(role))
                    .forEach(role -> value.get().problem("nothing plays the role \"" + role + "\"."));
        });
        return all;
    }

    private static Optional<Casting> casting(String role, Value part) {
        if (!part.isMapping()) {
            return Optional.of(new Casting(role, part.texts(), "", Map.of(), false));
        }
        return part.fields("the program of a role").map(fields -> {
            Map<String, String> environment = new LinkedHashMap<>();
            fields.optional("environment")
                    .flatMap(value -> value.fields("environment"))
                    .ifPresent(variables -> variables.each(name -> environment.put(name, variables.text(name))));
            Casting casting = new Casting(
                    role,
                    fields.required("program").map(Value::texts).orElse(List.of()),
                    fields.text("naive", ""),
                    environment,
                    fields.optional("proxied").flatMap(Value::truth).orElse(false));
            fields.end();
            return casting;
        });
    }
}
