package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Whether a container has written a line, to stdout or stderr. Only lines that were written after it was {@link #armed}
 * count, by the daemon's clock; unarmed, all that Docker keeps.
 *
 * @param role whose container
 * @param pattern what has to be found in the line, as {@link java.util.regex.Matcher#find} does
 * @param meaning what reports call it: {@code "connected"}
 */
public record LogProbe(String role, Pattern pattern, String meaning) implements Probe {

    /** @throws IllegalArgumentException if the role or the meaning is blank */
    public LogProbe {
        Text.required(role, "a role");
        Text.required(meaning, "a text or pattern to look for");
    }

    /** A line that contains this text. */
    public static LogProbe contains(String role, String text) {
        return new LogProbe(role, Pattern.compile(Pattern.quote(text)), '"' + text + '"');
    }

    /**
     * A line in which this regular expression is found.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static LogProbe matches(String role, String expression) {
        try {
            return new LogProbe(role, Pattern.compile(expression), '/' + expression + '/');
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "A log probe cannot look for \"" + expression + "\": " + e.getMessage() + ". Correct the regular "
                            + "expression, or use 'contains' for a plain text.",
                    e);
        }
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        return new ArmedLogProbe(this, "").look(system, within);
    }

    @Override
    public Probe armed(RunningSystem system) throws InterruptedException {
        return new ArmedLogProbe(this, ContainerLog.lastTime(system.container(role)));
    }

    Predicate<String> finds() {
        return pattern.asPredicate();
    }
}
