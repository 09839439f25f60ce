package io.faultline.journal;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes a journal as text, a line an event, with seconds since the first fault was in force or the first signal was sent. What
 * containers have logged and clients have done is left out: there can be thousands of lines, and this is part of error messages.
 */
public final class Timeline {

    private Timeline() {}

    /** {@code "  +3.061 s  detected     the worker notices: TIMEOUT"}, a line an event. */
    public static String of(Journal journal) {
        List<Event> events = journal.events();
        Duration zero = zero(events).orElse(Duration.ZERO);
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            if (event.kind() != Event.Kind.LOG && event.kind() != Event.Kind.OPERATION) {
                text.append(line(event, zero)).append('\n');
            }
        }
        return text.toString();
    }

    /** The moment that people count time from, as time since the journal began; empty if nothing was done. */
    public static Optional<Duration> zero(List<Event> events) {
        return events.stream()
                .filter(event -> event.kind().isBeginning())
                .findFirst()
                .map(Event::at);
    }

    /** One event, its time counted from zero. */
    public static String line(Event event, Duration zero) {
        double seconds = event.at().minus(zero).toNanos() / 1e9;
        return String.format(
                Locale.ROOT, "%+9.3f s  %-11s  %s", seconds, event.kind().label(), event.text());
    }
}
