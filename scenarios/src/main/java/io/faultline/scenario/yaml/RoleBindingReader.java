package io.faultline.scenario.yaml;

import io.faultline.scenario.model.RoleBinding;
import io.faultline.scenario.reference.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads which programs play the roles where nobody else does. */
final class RoleBindingReader {

    private static final List<String> PROGRAMS =
            Stream.of(Program.values()).map(Program::toString).toList();

    private RoleBindingReader() {}

    static List<RoleBinding> read(Optional<Value> value, Set<String> roles) {
        List<RoleBinding> all = new ArrayList<>();
        value.flatMap(reference -> reference.fields("reference")).ifPresent(parts -> {
            parts.each(role -> {
                Value part = parts.required(role).orElseThrow();
                if (!roles.contains(role)) {
                    part.problem("there is no role \"" + role + "\" (there are: " + roles + ")."
                            + Suggestion.of(role, roles));
                }
                binding(role, part).ifPresent(all::add);
            });
            roles.stream()
                    .filter(role -> !parts.names().contains(role))
                    .forEach(role -> value.get().problem("nothing plays the role \"" + role + "\"."));
        });
        return all;
    }

    private static Optional<RoleBinding> binding(String role, Value part) {
        if (!part.isMapping()) {
            return Optional.of(new RoleBinding(role, programs(part), "", Map.of(), false));
        }
        return part.fields("the program of a role").map(fields -> {
            Map<String, String> environment = new LinkedHashMap<>();
            fields.optional("environment")
                    .flatMap(value -> value.fields("environment"))
                    .ifPresent(variables -> variables.each(name -> environment.put(name, variables.text(name))));
            RoleBinding binding = new RoleBinding(
                    role,
                    fields.required("program").map(RoleBindingReader::programs).orElse(List.of()),
                    naive(fields),
                    environment,
                    fields.optional("proxied").flatMap(Value::truth).orElse(false));
            fields.end();
            return binding;
        });
    }

    private static List<String> programs(Value value) {
        return value.atLeastOne("program").elements().stream()
                .flatMap(each -> each.word(PROGRAMS, "reference program").stream())
                .toList();
    }

    /** What a naive program leaves at its default: each of the programs has to know it. */
    private static String naive(Fields fields) {
        List<String> programs = fields.optional("program").map(Value::elements).orElse(List.of()).stream()
                .flatMap(each -> each.text().filter(PROGRAMS::contains).stream())
                .toList();
        return fields.optional("naive")
                .flatMap(value -> value.text().map(words -> {
                    for (String program : programs) {
                        Set<String> known = Program.named(program).defects();
                        Stream.of(words.split("\\s+", -1))
                                .filter(word -> !known.contains(word))
                                .forEach(word ->
                                        value.problem("the program \"" + program + "\" knows no defect \"" + word
                                                + "\" (it knows: " + String.join(", ", known) + ")."
                                                + Suggestion.of(word, known)));
                    }
                    return words;
                }))
                .orElse("");
    }
}
