package io.faultline.scenario.report;

import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.journal.Timeline;
import io.faultline.scenario.Result;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one scenario's picture shows, counted from the fault: the time from a little before it until nothing was judged any
 * more, and the lanes.
 *
 * @param fromFault whether there was a fault or a signal to count from; else times are counted from the journal's beginning
 */
record TimelineModel(boolean fromFault, Axis axis, List<Event> events, List<Lane> lanes) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Set<Kind> BESIDES = EnumSet.of(Kind.LOG, Kind.NOTE);

    TimelineModel {
        events = List.copyOf(events);
        lanes = List.copyOf(lanes);
    }

    static TimelineModel of(Result result) {
        return of(result, result.journal());
    }

    /** Of the same scenario as it went another time. */
    static TimelineModel of(Result result, Journal journal) {
        List<Event> recorded = journal.events();
        Optional<Duration> zero = Timeline.zero(recorded);
        List<Event> events = recorded.stream()
                .map(event -> since(zero.orElse(Duration.ZERO), event))
                .toList();
        Duration last = events.stream()
                .filter(event -> !BESIDES.contains(event.kind()))
                .map(Event::at)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        Duration first = events.stream().map(Event::at).findFirst().orElse(Duration.ZERO);
        Duration from = zero.isPresent() ? longer(first, lead(last).negated()) : first;
        Duration span = longer(SHORTEST, last.minus(from));
        Duration to = from.plus(span).plus(span.dividedBy(25));
        return new TimelineModel(zero.isPresent(), new Axis(from, to), events, lanes(events, result, from, to));
    }

    // Starting a system takes longer than most faults do, and would leave no room for them.
    private static Duration lead(Duration last) {
        return longer(last.dividedBy(6), SHORTEST);
    }

    private static List<Lane> lanes(List<Event> events, Result result, Duration from, Duration end) {
        return Stream.of(
                        FaultLanes.of(events, end),
                        ProbeLanes.of(events, end),
                        ClientLane.of(events, result.about(), end),
                        OperationLanes.of(events, from, end),
                        LogLanes.of(events))
                .flatMap(List::stream)
                .toList();
    }

    private static Event since(Duration zero, Event event) {
        return new Event(event.kind(), event.at().minus(zero), event.wallClock(), event.text(), event.facts());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
