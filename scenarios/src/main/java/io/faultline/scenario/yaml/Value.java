package io.faultline.scenario.yaml;

import io.faultline.fault.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One value of a file, and where it stands. What it is read as and is not becomes a problem, and reading goes on. */
final class Value {

    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,18}");
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d+(\\.\\d+)?");

    private final Node node;
    private final Reading reading;

    Value(Node node, Reading reading) {
        this.node = node;
        this.reading = reading;
    }

    /** Counted from 1. */
    int line() {
        return where().map(Mark::getLine).orElse(0) + 1;
    }

    /** Counted from 1. */
    int column() {
        return where().map(Mark::getColumn).orElse(0) + 1;
    }

    Optional<Mark> where() {
        return node.getStartMark();
    }

    void problem(String message) {
        reading.problem(where(), message);
    }

    /** How many problems the file has so far. */
    int problems() {
        return reading.count();
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Empty, with a problem, if it is no text, or an empty one. */
    Optional<String> text() {
        if (!(node instanceof ScalarNode scalar)) {
            problem("a text is expected here, not a " + (isList() ? "list" : "mapping") + ".");
            return Optional.empty();
        }
        boolean isNull = scalar.getTag().equals(Tag.NULL);
        int before = reading.count();
        Optional<String> filled = isNull ? Optional.of("") : reading.filled(scalar.getValue(), where());
        if (filled.isEmpty() || reading.count() > before) {
            return Optional.empty();
        }
        String text = filled.get().strip();
        if (text.chars().anyMatch(letter -> Character.isISOControl(letter) && letter != '\n' && letter != '\t')) {
            problem("a control character stands in this text: leave it out.");
            return Optional.empty();
        }
        if (text.isEmpty()) {
            problem("a text is expected here, but there is none.");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    Optional<Duration> duration() {
        return text().flatMap(text -> {
            Duration duration;
            try {
                duration = Durations.parse(text);
            } catch (IllegalArgumentException e) {
                problem(String.valueOf(e.getMessage()));
                return Optional.empty();
            }
            if (duration.compareTo(SHORTEST) < 0) {
                problem("a time must be at least a millisecond, but this is \"" + text + "\".");
                return Optional.empty();
            }
            if (duration.compareTo(LONGEST) > 0) {
                problem("a time can be at most " + LONGEST.toMinutes() + "m, but this is \"" + text + "\".");
                return Optional.empty();
            }
            return Optional.of(duration);
        });
    }

    /** Empty, with a problem, if it is no whole number in these limits. */
    OptionalInt whole(int least, int most) {
        Optional<String> text = text();
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        long number = WHOLE.matcher(text.get()).matches() ? Long.parseLong(text.get()) : Long.MIN_VALUE;
        if (number < least || number > most) {
            problem("\"" + text.get() + "\" is no whole number from " + least + " to " + most + ".");
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) number);
    }

    Optional<Boolean> truth() {
        return text().flatMap(text -> {
            if (!text.equals("true") && !text.equals("false")) {
                problem("\"" + text + "\" is neither true nor false.");
                return Optional.empty();
            }
            return Optional.of(text.equals("true"));
        });
    }

    /** One of these words. */
    Optional<String> word(List<String> known, String what) {
        return text().flatMap(text -> {
            if (!known.contains(text)) {
                problem("there is no " + what + " \"" + text + "\" (there are: " + String.join(", ", known) + ")."
                        + Suggestion.of(text, known));
                return Optional.empty();
            }
            return Optional.of(text);
        });
    }

    /** What a plain value most likely is: a number, a truth value, a text, or a list of texts. */
    Optional<Object> plain() {
        if (isList()) {
            return Optional.of(texts());
        }
        return text().map(text -> {
            boolean quoted = node instanceof ScalarNode scalar
                    && scalar.getScalarStyle() != ScalarStyle.PLAIN
                    && !Reading.isOneUse(scalar.getValue()); // which has to be quoted inside of braces
            if (quoted
                    || !(text.equals("true")
                            || text.equals("false")
                            || NUMBER.matcher(text).matches())) {
                return text;
            }
            if (WHOLE.matcher(text).matches()) {
                return Long.valueOf(text);
            }
            return NUMBER.matcher(text).matches() ? (Object) Double.valueOf(text) : (Object) Boolean.valueOf(text);
        });
    }

    /** Its elements; a single value is a list of one. */
    List<Value> elements() {
        return node instanceof SequenceNode sequence
                ? sequence.getValue().stream()
                        .map(each -> new Value(each, reading))
                        .toList()
                : List.of(this);
    }

    /** Itself, with a problem if it is an empty list. */
    Value atLeastOne(String what) {
        if (isList() && elements().isEmpty()) {
            problem("at least one " + what + " is needed here.");
        }
        return this;
    }

    List<String> texts() {
        return elements().stream().flatMap(each -> each.text().stream()).toList();
    }

    /** Empty, with a problem, if it is no mapping. */
    Optional<Fields> fields(String what) {
        if (node instanceof MappingNode mapping) {
            return Optional.of(new Fields(mapping, what, reading));
        }
        problem(what + " is a mapping: write its fields as \"name: value\".");
        return Optional.empty();
    }
}
