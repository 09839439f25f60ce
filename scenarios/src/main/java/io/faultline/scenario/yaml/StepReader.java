package io.faultline.scenario.yaml;

import io.faultline.effect.SignalName;
import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.model.Step;
import io.faultline.scenario.model.WrittenFault;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads steps, and checks that what they name is there. For one thread. */
final class StepReader {

    private static final List<String> KINDS =
            List.of("inject", "expect", "hold", "heal", "terminate", "record", "check", "parallel", "repeat");
    private static final int MOST_TIMES = 1000;

    private final Set<String> roles;
    private final Map<String, NamedProbe> probes;
    private final ProbeReader probeReader;
    private final FaultReader faults;
    private final HistoryReader histories;
    private final Set<String> used = new HashSet<>();
    private final Injections injections = new Injections();

    /** @param probes gets those that are written in a step itself */
    StepReader(Set<String> roles, Map<String, NamedProbe> probes, ProbeReader probeReader) {
        this.roles = roles;
        this.probes = probes;
        this.probeReader = probeReader;
        this.faults = new FaultReader(roles);
        this.histories = new HistoryReader(probeReader);
    }

    Set<String> usedProbes() {
        return used;
    }

    /** To be said when all steps are read. */
    void end() {
        histories.end();
    }

    List<Step> steps(Value value) {
        if (!value.isList()) {
            value.problem("steps are a list: begin each with \"- \".");
            return List.of();
        }
        if (value.elements().isEmpty()) {
            value.problem("there is no step here: write one of " + String.join(", ", KINDS) + ".");
        }
        return value.elements().stream()
                .flatMap(each -> each.fields("a step").flatMap(fields -> step(each, fields)).stream())
                .toList();
    }

    private Optional<Step> step(Value value, Fields fields) {
        List<String> kinds = KINDS.stream().filter(fields.names()::contains).toList();
        if (kinds.size() != 1) {
            String hint =
                    fields.names().isEmpty() ? "" : Suggestion.of(fields.names().get(0), KINDS);
            value.problem("a step has one of " + String.join(", ", KINDS) + ", but this one has "
                    + (kinds.isEmpty() ? "none." : String.join(" and ", kinds) + ".") + hint);
            return Optional.empty();
        }
        int line = value.line();
        Optional<Step> step = switch (kinds.get(0)) {
            case "inject" -> inject(line, fields);
            case "expect" -> expect(line, fields);
            case "hold" -> hold(line, fields);
            case "heal" -> heal(line, fields);
            case "terminate" -> terminate(line, fields);
            case "record" -> histories.record(line, fields);
            case "check" -> histories.check(line, fields);
            case "parallel" -> parallel(line, fields);
            default -> repeat(line, fields);
        };
        fields.end();
        return step;
    }

    private Optional<Step> inject(int line, Fields fields) {
        return fields.required("inject").map(told -> {
            List<WrittenFault> read = faults.read(told);
            String name = fields.text(
                    "as", read.isEmpty() ? "fault" : read.get(0).spec().name());
            injections.inject(name, told);
            return new Step.Inject(line, name, read);
        });
    }

    private Optional<Step> expect(int line, Fields fields) {
        String what = fields.text("expect");
        Optional<Step.Look> look = look(fields, true);
        Optional<Duration> within = fields.required("within").flatMap(Value::duration);
        look.flatMap(seen -> Optional.ofNullable(probes.get(seen.probe())))
                .filter(probe -> within.filter(bound -> bound.compareTo(probe.within()) < 0)
                        .isPresent())
                .ifPresent(
                        probe -> fields.required("within")
                                .orElseThrow()
                                .problem(
                                        "one look of the probe \"" + probe.name() + "\" may take "
                                                + probe.within().toMillis()
                                                + "ms, longer than this: give the probe a shorter \"within\", or this step a longer one.")); // else one that hangs would be the verdict
        return look.flatMap(seen -> within.map(bound -> new Step.Expect(line, what, seen, bound)));
    }

    private Optional<Step> hold(int line, Fields fields) {
        String what = fields.text("hold");
        Optional<Step.Look> look = look(fields, false);
        return fields.required("for").flatMap(Value::duration).map(span -> new Step.Hold(line, what, look, span));
    }

    private Optional<Step.Look> look(Fields fields, boolean required) {
        Optional<Value> probe = required ? fields.required("probe") : fields.optional("probe");
        Optional<Value> is = fields.optional("is");
        if (probe.isEmpty() && !required) {
            is.ifPresent(value -> value.problem("\"is\" says what a probe is to be, but this step has no \"probe\"."));
        }
        boolean passes = is.flatMap(value -> value.word(List.of("passing", "failing"), "state"))
                .map("passing"::equals)
                .orElse(true);
        return probe.flatMap(this::probeName).map(name -> new Step.Look(name, passes));
    }

    /** The names of probes: of one, or of a list of them. */
    List<String> probeNames(Value value) {
        return value.atLeastOne("probe").elements().stream()
                .flatMap(each -> probeName(each).stream())
                .toList();
    }

    /** The name of a probe, which gets one here if it is written in place. */
    private Optional<String> probeName(Value value) {
        if (value.isMapping()) {
            String name = nameByPlace(value);
            used.add(name);
            return probeReader.read(name, value).map(probe -> {
                probes.put(name, probe);
                return name;
            });
        }
        Optional<String> name = value.text();
        name.ifPresent(used::add);
        if (name.isPresent() && !probes.containsKey(name.get()) && !probeReader.failed(name.get())) {
            value.problem("there is no probe \"" + name.get() + "\" (there are: " + probes.keySet() + ")."
                    + Suggestion.of(name.get(), probes.keySet()));
            return Optional.empty();
        }
        return name;
    }

    private String nameByPlace(Value value) {
        String line = "line " + value.line();
        return used.contains(line) || probes.containsKey(line) ? line + ", column " + value.column() : line;
    }

    private Optional<Step> heal(int line, Fields fields) {
        return fields.required("heal")
                .flatMap(value -> value.text().map(name -> {
                    injections.heal(name, value);
                    return new Step.Heal(line, name);
                }));
    }

    private Optional<Step> terminate(int line, Fields fields) {
        String role = fields.required("terminate")
                .flatMap(value -> value.word(List.copyOf(roles), "role"))
                .orElse("");
        Optional<String> signal = fields.optional("signal").flatMap(StepReader::signal);
        Set<Integer> exitCodes = fields.optional("exit-codes")
                .map(value -> value.atLeastOne("exit code").elements().stream()
                        .flatMap(each -> each.whole(0, 255).stream().boxed())
                        .collect(Collectors.toSet()))
                .orElse(Set.of(0, 143));
        String lastLogLine = fields.text("last-log-line", "");
        Optional<Duration> again = fields.optional("again-after").flatMap(Value::duration);
        Optional<String> finishing = fields.optional("finishing").flatMap(this::probeName);
        return fields.required("within")
                .flatMap(Value::duration)
                .map(within ->
                        new Step.Terminate(line, role, within, signal, exitCodes, lastLogLine, again, finishing));
    }

    private static Optional<String> signal(Value value) {
        try {
            return value.text().map(SignalName::gracefulStop);
        } catch (IllegalArgumentException e) {
            value.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Step> parallel(int line, Fields fields) {
        return fields.required("parallel").map(value -> {
            if (!value.isList() || value.elements().size() < 2) {
                value.problem("parallel takes a list of at least two branches, each a list of steps.");
                return new Step.Parallel(line, List.of());
            }
            return new Step.Parallel(
                    line, injections.parallel(value.elements().stream().map(branch -> () -> steps(branch))));
        });
    }

    private Optional<Step> repeat(int line, Fields fields) {
        int times = fields.required("repeat")
                .map(value -> value.whole(1, MOST_TIMES).orElse(1))
                .orElse(1);
        return fields.required("steps")
                .map(value -> new Step.Repeat(line, times, injections.repeated(() -> steps(value))));
    }
}
