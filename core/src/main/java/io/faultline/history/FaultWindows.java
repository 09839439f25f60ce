package io.faultline.history;

import io.faultline.journal.Event;
import io.faultline.journal.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When faults were in force, by a journal.
 *
 * @param windows closed ones, and those that are open until now
 * @param open what is in force still
 */
record FaultWindows(List<Window> windows, List<String> open, Duration zero) {

    private static final String SIGNAL = "signal";

    /** From one moment to another, both since the journal began. */
    record Window(Duration from, Optional<Duration> to) {

        private boolean overlaps(Operation operation) {
            boolean beganInTime =
                    to.filter(end -> operation.invoked().compareTo(end) > 0).isEmpty();
            return beganInTime && !operation.endsBefore(from);
        }
    }

    static FaultWindows of(List<Event> events) {
        Map<String, Event> since = new HashMap<>();
        List<Window> windows = new ArrayList<>();
        for (Event event : events) {
            String fault = event.facts().getOrDefault("injection", SIGNAL);
            switch (event.kind()) {
                case IN_FORCE -> since.putIfAbsent(fault, event);
                case SIGNAL -> since.putIfAbsent(SIGNAL, event);
                case LIFTED, HEALED, ENDED_EARLY, ENDED ->
                    Optional.ofNullable(since.remove(fault))
                            .ifPresent(begin -> windows.add(new Window(begin.at(), Optional.of(event.at()))));
                default -> {}
            }
        }
        since.values().forEach(begin -> windows.add(new Window(begin.at(), Optional.empty())));
        List<String> open = since.values().stream()
                .filter(begin -> begin.kind() == Event.Kind.IN_FORCE)
                .map(begin -> begin.facts().getOrDefault("fault", begin.text()))
                .toList();
        return new FaultWindows(windows, open, Timeline.zero(events).orElse(Duration.ZERO));
    }

    boolean isEmpty() {
        return windows.isEmpty();
    }

    /** It was under way while a fault was in force. */
    boolean overlaps(Operation operation) {
        return windows.stream().anyMatch(window -> window.overlaps(operation));
    }

    /** It ended while a fault was in force, or later. */
    boolean endsAfterBeginning(Operation operation) {
        return windows.stream().anyMatch(window -> !operation.endsBefore(window.from()));
    }
}
