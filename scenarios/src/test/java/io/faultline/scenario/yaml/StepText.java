package io.faultline.scenario.yaml;

import io.faultline.history.Claim;
import io.faultline.scenario.model.Step;
import io.faultline.scenario.model.WrittenFault;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the steps of a scenario do, in words for people, as items of a list in Markdown. */
final class StepText {

    /** What the pages are written with in place of a number that is another one in each run. */
    static final long SEED = 987_654_321;

    private static final String INDENT = "   ";

    private StepText() {}

    /** An item of a numbered list, with the lists of what it consists of below it. */
    static String item(Step step) {
        return "1. " + words(step).strip().replace("\n", "\n" + INDENT) + "\n";
    }

    private static String items(List<Step> steps) {
        return steps.stream().map(StepText::item).collect(Collectors.joining());
    }

    private static String words(Step step) {
        if (step instanceof Step.Inject inject) {
            String faults = inject.faults().stream().map(StepText::fault).collect(Collectors.joining(", and with it "));
            return "Fault: " + faults + ". It is called \"" + inject.name() + "\".";
        }
        if (step instanceof Step.Expect expect) {
            return "Expected within " + time(expect.within()) + ": " + expect.what() + " (" + look(expect.look())
                    + ").";
        }
        if (step instanceof Step.Hold hold) {
            return hold.look()
                    .map(look ->
                            "For " + time(hold.span()) + ", at every look: " + hold.what() + " (" + look(look) + ").")
                    .orElseGet(() -> "For " + time(hold.span()) + " nothing is done: " + hold.what() + ".");
        }
        if (step instanceof Step.Heal heal) {
            return "\"" + heal.name() + "\" is healed, and must have had an effect.";
        }
        if (step instanceof Step.RecordCalls calls) {
            return "Every " + time(calls.every()) + " from now on, " + calls.processes() + " at a time, `"
                    + calls.call().role() + "` is called, which is recorded as \"" + calls.name() + "\".";
        }
        if (step instanceof Step.Check check) {
            return "The calls of \"" + check.name() + "\" end, and are compared with what is in `"
                    + check.truth().role() + "`: "
                    + check.claims().stream().map(Claim::label).collect(Collectors.joining(", ")) + ".";
        }
        if (step instanceof Step.Parallel parallel) {
            return "At the same time:\n" + branches(parallel.branches());
        }
        if (step instanceof Step.Repeat repeat) {
            return repeat.times() + " times:\n" + items(repeat.steps());
        }
        return end((Step.Terminate) step);
    }

    private static String end(Step.Terminate end) {
        String codes =
                new TreeSet<>(end.exitCodes()).stream().map(String::valueOf).collect(Collectors.joining(" or "));
        return end.signal().map(name -> "SIG" + name).orElse("Stop signal (SIGTERM, unless its image names another)")
                + " to `" + end.role() + "`"
                + end.finishing()
                        .map(probe -> ", just after `" + probe + "` was begun")
                        .orElse("")
                + end.againAfter()
                        .map(pause -> ", and again " + time(pause) + " later")
                        .orElse("")
                + ". Expected within " + time(end.within()) + ": it ends by itself, with exit code " + codes
                + (end.lastLogLine().isEmpty() ? "" : ", \"" + end.lastLogLine() + "\" in one of its last lines")
                + end.finishing()
                        .map(probe -> ", and `" + probe + "` still passes")
                        .orElse("")
                + ".";
    }

    private static String branches(List<List<Step>> branches) {
        Map<String, Integer> often = new LinkedHashMap<>();
        branches.forEach(branch -> often.merge(items(branch), 1, Integer::sum));
        return often.entrySet().stream()
                .map(branch -> "- " + (branch.getValue() == 1 ? "in turn" : branch.getValue() + " times") + ":\n"
                        + branch.getKey().indent(2))
                .collect(Collectors.joining());
    }

    private static String look(Step.Look look) {
        return "`" + look.probe() + "` " + (look.passes() ? "passes" : "fails");
    }

    private static String fault(WrittenFault fault) {
        Map<String, Object> attributes = new TreeMap<>(fault.values());
        Object target = attributes.remove("target");
        String more = attributes.entrySet().stream()
                .map(attribute -> "`" + attribute.getKey() + ": " + value(attribute.getValue()) + "`")
                .collect(Collectors.joining(", "));
        return "[" + fault.spec().name() + "](../faults/" + page(fault.spec().name()) + ".md) of `" + value(target)
                + "`" + (more.isEmpty() ? "" : " (" + more + ")");
    }

    private static String value(Object value) {
        if (value instanceof List<?> several) {
            return several.stream().map(String::valueOf).collect(Collectors.joining(", "));
        }
        return value.equals(SEED) ? "that of the run" : String.valueOf(value);
    }

    private static String page(String kind) {
        if (kind.endsWith("-stream")) {
            return "stream";
        }
        if (kind.startsWith("clock-")) {
            return "clock";
        }
        boolean isShaping = List.of("latency", "duplicate", "reorder", "corrupt", "bandwidth", "link")
                .contains(kind);
        return isShaping ? "shaping" : kind;
    }

    /** As files write it, with a space: {@code 500 ms}, {@code 2.5 s}. */
    static String time(Duration time) {
        if (time.toMillis() < 1000) {
            return time.toMillis() + " ms";
        }
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0).replace(".0 s", " s");
    }
}
