package io.faultline.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The ordered record of all that was done and seen in one test or scenario. Thread-safe. Every moment is kept by the
 * monotonic clock; calendar time is derived from one reading at the beginning, so that a clock step moves nothing.
 */
public final class Journal {

    private final long beganNanos = System.nanoTime();
    private final Instant began = Instant.now();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final RaisedErrors errors = new RaisedErrors();

    /** Records something that happened now. */
    public Event record(Event.Kind kind, String text, Map<String, String> facts) {
        return record(kind, System.nanoTime(), text, facts);
    }

    /** Records something that happened at a moment of {@link System#nanoTime()}. */
    public Event record(Event.Kind kind, long nanos, String text, Map<String, String> facts) {
        Duration at = at(nanos);
        Event event = new Event(kind, at, began.plus(at), text, facts);
        events.add(event);
        listeners.forEach(listener -> tell(listener, event));
        return event;
    }

    // Healing writes to the journal, and nobody who only listens may stop it.
    private void tell(Consumer<Event> listener, Event event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            events.add(new Event(
                    Event.Kind.NOTE,
                    event.at(),
                    event.wallClock(),
                    "a listener of the journal failed: " + e,
                    Map.of()));
        }
    }

    /** Calls the listener with each later event, on the thread that records it. What the listener throws is noted. */
    public void onEvent(Consumer<Event> listener) {
        listeners.add(listener);
    }

    /** The verdicts that were thrown. Each is raised here before it is thrown, so that it cannot be lost. */
    @API(status = Status.INTERNAL)
    public RaisedErrors errors() {
        return errors;
    }

    /** A moment of {@link System#nanoTime()} as time since the journal began, as events have it. */
    public Duration at(long nanos) {
        return Duration.ofNanos(nanos - beganNanos);
    }

    /** When it began, on the calendar. */
    public Instant began() {
        return began;
    }

    /** All events so far, in the order in which they happened, which need not be the order in which they became known. */
    public List<Event> events() {
        List<Event> sorted = new ArrayList<>(events);
        sorted.sort(Comparator.comparing(Event::at));
        return List.copyOf(sorted);
    }
}
