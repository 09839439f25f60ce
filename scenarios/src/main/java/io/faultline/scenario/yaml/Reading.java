package io.faultline.scenario.yaml;

import io.faultline.scenario.model.Parameter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** One file while it is read: collects its mistakes, and puts the values of its parameters in. For one thread. */
final class Reading {

    private static final Pattern USE = Pattern.compile("\\$\\{([^}]*)}");

    private static final int MOST_CHARACTERS = 64 * 1024;
    private static final int MOST_CHARACTERS_IN_ALL = 4 * 1024 * 1024;

    private final String file;
    private final Set<Problem> problems = new LinkedHashSet<>(); // what is read twice is told once
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();
    private final Set<String> wrong = new LinkedHashSet<>();
    private int characters;

    Reading(String file) {
        this.file = file;
    }

    void problem(Optional<Mark> where, String message) {
        int line = where.map(Mark::getLine).orElse(0) + 1;
        int column = where.map(Mark::getColumn).orElse(0) + 1;
        problems.add(new Problem(file, line, column, message));
    }

    /** How many problems there are so far. */
    int count() {
        return problems.size();
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    void declare(Parameter parameter) {
        parameters.put(parameter.name(), parameter);
    }

    /** Its value is not known, because there is a mistake in its default. */
    void declareWrong(Parameter parameter) {
        declare(parameter);
        wrong.add(parameter.name());
    }

    List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    boolean isUsed(Parameter parameter) {
        return used.contains(parameter.name());
    }

    /** Whether this is a parameter's value and nothing else. */
    static boolean isOneUse(String text) {
        return USE.matcher(text.strip()).matches();
    }

    /**
     * The text with the value of each {@code ${parameter}} in it. Values can hold values of other parameters, so they can grow
     * tenfold with each line of the file: what is too long is a problem, and never made. Empty if it cannot be known: its own mistake
     * is a problem, that of a parameter's default is told there.
     */
    Optional<String> filled(String text, Optional<Mark> where) {
        Matcher uses = USE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (uses.find()) {
            Optional<String> known = value(uses.group(1), where);
            if (known.isEmpty()) {
                return Optional.empty();
            }
            String value = known.get();
            characters += value.length();
            if (filled.length() + value.length() > MOST_CHARACTERS || characters > MOST_CHARACTERS_IN_ALL) {
                problem(
                        where,
                        "this text is too long with the values of its parameters in it: there may be " + MOST_CHARACTERS
                                + " characters in one, and " + MOST_CHARACTERS_IN_ALL
                                + " by parameters in a file. Does one parameter repeat another over and over?");
                return Optional.empty();
            }
            uses.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return Optional.of(uses.appendTail(filled).toString());
    }

    private Optional<String> value(String name, Optional<Mark> where) {
        Parameter parameter = parameters.get(name);
        if (parameter == null) {
            problem(
                    where,
                    "there is no parameter \"" + name + "\" (there are: " + parameters.keySet() + ")."
                            + Suggestion.of(name, parameters.keySet()));
            return Optional.empty();
        }
        used.add(name);
        return wrong.contains(name) ? Optional.empty() : Optional.of(parameter.value());
    }
}
