package io.faultline.scenario.report;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.scenario.About;
import io.faultline.scenario.report.Band.State;
import io.faultline.scenario.report.Mark.Sign;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What was seen of the client, and until when it was expected. */
final class ClientLane {

    private final List<Band> bands = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final Duration end;

    private ClientLane(Duration end) {
        this.end = end;
    }

    /** One lane, or none where nothing was seen or expected. */
    static List<Lane> of(List<Event> events, About about, Duration end) {
        ClientLane lane = new ClientLane(end);
        lane.limit("to notice", about.boundToDetect(), first(events, Kind.IN_FORCE));
        lane.limit("to recover", about.boundToRecover(), last(events, Kind.HEALED));
        lane.limit("to end", about.boundToEnd(), first(events, Kind.SIGNAL));
        events.forEach(event -> sign(event.kind()).ifPresent(sign -> lane.add(event, sign)));
        lane.marks.sort(Comparator.comparing(Mark::at));
        return lane.marks.isEmpty() && lane.bands.isEmpty()
                ? List.of()
                : List.of(new Lane(Lane.Sort.CLIENT, "what was seen", lane.bands, lane.marks));
    }

    private void add(Event event, Sign sign) {
        marks.add(new Mark(event.at(), sign, event.text()));
    }

    private void limit(String what, Optional<Duration> bound, Optional<Duration> since) {
        if (bound.isEmpty() || since.isEmpty()) {
            return;
        }
        Duration until = since.get().plus(bound.get());
        String text = Seconds.of(bound.get()) + " allowed " + what;
        boolean isShown = until.compareTo(end) <= 0;
        bands.add(new Band(since.get(), isShown ? until : end, State.ALLOWED, text));
        if (isShown) {
            marks.add(new Mark(until, Sign.LIMIT, what));
        }
    }

    private static Optional<Sign> sign(Kind kind) {
        return switch (kind) {
            case DETECTED -> Optional.of(Sign.DETECTED);
            case RECOVERED -> Optional.of(Sign.RECOVERED);
            case SIGNAL -> Optional.of(Sign.SIGNAL);
            case ENDED -> Optional.of(Sign.ENDED);
            case ENDED_EARLY, FAILED -> Optional.of(Sign.TROUBLE);
            default -> Optional.empty();
        };
    }

    private static Optional<Duration> first(List<Event> events, Kind kind) {
        return events.stream()
                .filter(event -> event.kind() == kind)
                .map(Event::at)
                .findFirst();
    }

    private static Optional<Duration> last(List<Event> events, Kind kind) {
        return events.stream()
                .filter(event -> event.kind() == kind)
                .map(Event::at)
                .reduce((one, other) -> other);
    }
}
