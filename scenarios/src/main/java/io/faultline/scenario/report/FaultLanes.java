package io.faultline.scenario.report;

import io.faultline.journal.Event;
import io.faultline.scenario.report.Band.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A lane for each injection, with a band for each time in which its fault was in force. */
final class FaultLanes {

    private final List<Band> bands = new ArrayList<>();
    private Optional<Event> since = Optional.empty();
    private State state = State.COMING;

    private FaultLanes() {}

    static List<Lane> of(List<Event> events, Duration end) {
        Map<String, List<Event>> injections = new LinkedHashMap<>();
        for (Event event : events) {
            Optional.ofNullable(event.facts().get("fault"))
                    .map(fault -> event.facts().getOrDefault("injection", fault))
                    .ifPresent(number -> injections
                            .computeIfAbsent(number, any -> new ArrayList<>())
                            .add(event));
        }
        return injections.values().stream()
                .map(injection -> new FaultLanes().lane(injection, end))
                .toList();
    }

    private Lane lane(List<Event> injection, Duration end) {
        for (Event event : injection) {
            switch (event.kind()) {
                case INJECT -> goesOn(event, State.COMING);
                case IN_FORCE -> goesOn(event, State.IN_FORCE);
                case LIFTED -> goesOn(event, State.LIFTED);
                case HEALED, ENDED_EARLY -> ends(event.at());
                default -> {}
            }
        }
        ends(end);
        return new Lane(Lane.Sort.FAULT, injection.get(0).facts().getOrDefault("fault", ""), bands, List.of());
    }

    private void goesOn(Event event, State next) {
        ends(event.at());
        since = Optional.of(event);
        state = next;
    }

    private void ends(Duration at) {
        since.ifPresent(event -> bands.add(new Band(event.at(), at, state, event.text())));
        since = Optional.empty();
    }
}
