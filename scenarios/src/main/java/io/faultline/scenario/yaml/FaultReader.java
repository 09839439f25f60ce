package io.faultline.scenario.yaml;

import io.faultline.junit.FaultText;
import io.faultline.topology.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads faults, and tries whether they can be made of what is written. */
final class FaultReader {

    private static final String TARGET = "target";

    private final Map<String, Target> targets;

    FaultReader(Set<String> roles) {
        targets = roles.stream().collect(Collectors.toMap(Function.identity(), Target::named));
    }

    /** One or several: {@code pause: dependency}, {@code packet-loss: {target: client, percent: 20}}, or a list of these. */
    List<FaultText> read(Value value) {
        List<FaultText> faults = new ArrayList<>();
        int before = value.problems();
        for (Value each : value.elements()) {
            each.fields("a fault")
                    .ifPresent(fields ->
                            fields.each(kind -> fields.required(kind).ifPresent(told -> {
                                if (!FaultText.kinds().contains(kind)) {
                                    told.problem("there is no fault \"" + kind + "\" (there are: "
                                            + String.join(", ", FaultText.kinds()) + ")."
                                            + Suggestion.of(kind, FaultText.kinds()));
                                } else {
                                    faults.add(fault(kind, told));
                                }
                            })));
        }
        if (faults.isEmpty() && value.problems() == before) {
            value.problem("no fault is written here. Write one as \"pause: ROLE\".");
        }
        return faults;
    }

    private FaultText fault(String kind, Value told) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        if (told.isMapping()) {
            told.fields("the fault \"" + kind + "\"").ifPresent(fields -> {
                FaultText.attributesOf(kind)
                        .forEach(known -> fields.optional(known.name())
                                .flatMap(Value::plain)
                                .ifPresent(plain -> attributes.put(known.name(), plain)));
                fields.end();
            });
        } else {
            told.plain().ifPresent(target -> attributes.put(TARGET, target));
        }
        FaultText fault = new FaultText(kind, attributes);
        fault.make(targets, "role", told::problem);
        return fault;
    }
}
