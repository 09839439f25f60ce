package io.faultline.scenario.report;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.scenario.report.Band.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A lane for each probe, with a band for each time in which it saw the same; where nobody looked, there is none. */
final class ProbeLanes {

    private ProbeLanes() {}

    static List<Lane> of(List<Event> events, Duration end) {
        Map<String, List<Event>> probes = events.stream()
                .filter(event -> event.kind() == Kind.PROBE)
                .collect(Collectors.groupingBy(ProbeLanes::name, LinkedHashMap::new, Collectors.toList()));
        return probes.entrySet().stream()
                .map(probe -> new Lane(Lane.Sort.PROBE, probe.getKey(), bands(probe.getValue(), end), List.of()))
                .toList();
    }

    private static List<Band> bands(List<Event> seen, Duration end) {
        List<Band> bands = new ArrayList<>();
        int first = 0; // of the looks that saw the same
        for (int i = 0; i < seen.size(); i++) {
            Event event = seen.get(i);
            boolean isFollowed = i + 1 < seen.size() && !isLast(event);
            if (isFollowed && state(seen.get(i + 1)) == state(event)) {
                continue;
            }
            Duration to = isLast(event) ? event.at() : isFollowed ? began(seen.get(i + 1)) : end;
            String detail = event.facts().getOrDefault("detail", event.text());
            bands.add(new Band(began(seen.get(first)), to, state(event), detail));
            first = i + 1;
        }
        return bands;
    }

    private static State state(Event event) {
        return Boolean.parseBoolean(event.facts().get("ok")) ? State.WELL : State.UNWELL;
    }

    /** When the look began that saw it. */
    private static Duration began(Event event) {
        return event.at().minusNanos(Long.parseLong(event.facts().getOrDefault("took_ns", "0")));
    }

    /** Whether nobody looked after it, until the probe's next event. */
    private static boolean isLast(Event event) {
        return Boolean.parseBoolean(event.facts().get("last"));
    }

    private static String name(Event event) {
        String role = event.facts().getOrDefault("role", "");
        return event.facts().getOrDefault("probe", "probe") + (role.isEmpty() ? "" : " (" + role + ")");
    }
}
