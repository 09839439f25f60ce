package io.faultline.scenario.yaml;

import io.faultline.fault.FaultComponent;
import io.faultline.fault.FaultSpec;
import io.faultline.scenario.model.WrittenFault;
import io.faultline.topology.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads faults, and tries whether they can be made of what is written. */
final class FaultReader {

    private final Map<String, Target> roles;

    FaultReader(Set<String> roles) {
        this.roles = roles.stream().collect(Collectors.toMap(Function.identity(), Target::named));
    }

    /** One or several: {@code pause: dependency}, {@code packet-loss: {target: client, percent: 20}}, or a list of these. */
    List<WrittenFault> read(Value value) {
        List<WrittenFault> faults = new ArrayList<>();
        int before = value.problems();
        for (Value each : value.elements()) {
            each.fields("a fault")
                    .ifPresent(fields -> fields.each(name -> fields.required(name)
                            .ifPresent(told -> spec(name, told).ifPresent(spec -> faults.add(fault(spec, told))))));
        }
        if (faults.isEmpty() && value.problems() == before) {
            value.problem("no fault is written here. Write one as \"pause: ROLE\".");
        }
        return faults;
    }

    private static Optional<FaultSpec> spec(String name, Value told) {
        Optional<FaultSpec> spec = FaultSpec.named(name);
        if (spec.isEmpty()) {
            List<String> names = FaultSpec.all().stream().map(FaultSpec::name).toList();
            told.problem("there is no fault \"" + name + "\" (there are: " + String.join(", ", names) + ")."
                    + Suggestion.of(name, names));
        }
        return spec;
    }

    private WrittenFault fault(FaultSpec spec, Value told) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (told.isMapping()) {
            told.fields("the fault \"" + spec + "\"").ifPresent(fields -> {
                spec.components()
                        .forEach(known -> fields.optional(known.name())
                                .flatMap(Value::plain)
                                .ifPresent(plain -> values.put(known.name(), plain)));
                fields.end();
            });
        } else {
            told.plain().ifPresent(target -> values.put(FaultComponent.TARGET, target));
        }
        WrittenFault fault = new WrittenFault(spec, values);
        fault.make(roles, told::problem);
        return fault;
    }
}
