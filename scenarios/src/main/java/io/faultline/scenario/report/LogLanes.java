package io.faultline.scenario.report;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A lane for each container, with a mark for each line that it wrote. */
final class LogLanes {

    private LogLanes() {}

    static List<Lane> of(List<Event> events) {
        Map<String, List<Mark>> roles = events.stream()
                .filter(event -> event.kind() == Kind.LOG)
                .collect(Collectors.groupingBy(
                        event -> event.facts().getOrDefault("role", "log"),
                        LinkedHashMap::new,
                        Collectors.mapping(LogLanes::mark, Collectors.toList())));
        return roles.entrySet().stream()
                .map(role -> new Lane(Lane.Sort.LOG, role.getKey(), List.of(), role.getValue()))
                .toList();
    }

    private static Mark mark(Event event) {
        return new Mark(event.at(), Mark.Sign.LOG, event.text());
    }
}
