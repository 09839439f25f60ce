package io.faultline.scenario.report;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.scenario.report.Band.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A lane for each process that made calls, with a band for each call, or for several of the same completion between which
 * nothing can be seen. So there are only so many lanes, and only so many bands in each, however many calls there were.
 */
final class OperationLanes {

    static final int MOST_LANES = 8;
    private static final int MOST_BANDS = 240;

    private OperationLanes() {}

    static List<Lane> of(List<Event> events, Duration from, Duration end) {
        Map<String, Map<String, Event>> processes = new LinkedHashMap<>();
        events.stream()
                .filter(event -> event.kind() == Kind.OPERATION)
                .forEach(event -> processes
                        .computeIfAbsent(fact(event, "process"), any -> new LinkedHashMap<>())
                        .merge(fact(event, "number"), event, OperationLanes::ended));
        Duration apart = end.minus(from).dividedBy(MOST_BANDS);
        return processes.entrySet().stream()
                .limit(MOST_LANES)
                .map(process -> new Lane(
                        Lane.Sort.CALLS,
                        name(process.getKey(), processes.size()),
                        bands(List.copyOf(process.getValue().values()), apart, end),
                        List.of()))
                .toList();
    }

    private static String name(String process, int processes) {
        boolean isLast = process.equals(Integer.toString(MOST_LANES)) && processes > MOST_LANES;
        return "of process " + process + (isLast ? " (" + (processes - MOST_LANES) + " more)" : "");
    }

    /** One that still ran when it was recorded first may have been recorded at its end, too. */
    private static Event ended(Event one, Event other) {
        return one.facts().containsKey("took_ns") ? one : other;
    }

    private static List<Band> bands(List<Event> calls, Duration apart, Duration end) {
        List<Band> bands = new ArrayList<>();
        int together = 0;
        for (Event call : calls) {
            Duration to = Optional.ofNullable(call.facts().get("took_ns"))
                    .map(nanos -> call.at().plusNanos(Long.parseLong(nanos)))
                    .orElse(end);
            State state = state(fact(call, "completion"));
            Optional<Band> last = bands.isEmpty() ? Optional.empty() : Optional.of(bands.get(bands.size() - 1));
            boolean isJoined = last.filter(band -> band.state() == state
                            && call.at().minus(band.to()).compareTo(apart) < 0
                            && (band.length().compareTo(apart) < 0
                                    || to.minus(call.at()).compareTo(apart) < 0))
                    .isPresent();
            if (isJoined) {
                together++;
                Band joined = bands.remove(bands.size() - 1);
                bands.add(new Band(joined.from(), to, state, together + " calls, the last: " + call.text()));
            } else {
                together = 1;
                bands.add(new Band(call.at(), to, state, call.text()));
            }
        }
        return bands;
    }

    private static State state(String completion) {
        return switch (completion) {
            case "ok" -> State.DONE;
            case "failed" -> State.FAILED;
            default -> State.UNKNOWN;
        };
    }

    private static String fact(Event event, String name) {
        return event.facts().getOrDefault(name, "");
    }
}
